namespace CvpActors.Node.Configuration;

/// <summary>A configuration that cannot be used. Stops the node at start with exit code 2 and this one line.</summary>
/// <param name="key">The key's path, or the file.</param>
/// <param name="problem">What is wrong, and what is allowed.</param>
public sealed class SettingsException(string key, string problem) : Exception($"{key}: {problem}");
