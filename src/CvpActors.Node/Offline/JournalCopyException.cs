namespace CvpActors.Node.Offline;

/// <summary>A journal was not copied; the target is as it was, and so is the source.</summary>
/// <param name="message">What stands in the way, and what to do about it; one line.</param>
/// <param name="cause">What was thrown below, or null.</param>
public sealed class JournalCopyException(string message, Exception? cause = null) : Exception(message, cause);
