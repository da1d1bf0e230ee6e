namespace CvpActors.Domain.Alerts;

/// <summary>One notification of one alert, as every channel sends it.</summary>
/// <param name="Id">Unique in the cluster: the same notification always has the same id, so that a second copy can be told.</param>
/// <param name="Database">The database; empty for the cluster as a whole.</param>
/// <param name="AlertId">The alert within that database.</param>
/// <param name="Code">One of <see cref="AlertCodes"/>.</param>
/// <param name="Phase">Raised or cleared.</param>
/// <param name="At">When that happened, UTC.</param>
/// <param name="Text">What happened and what to do.</param>
public sealed record AlertNotification(
    string Id,
    string Database,
    string AlertId,
    string Code,
    AlertPhase Phase,
    DateTimeOffset At,
    string Text);

/// <summary>Which of an alert's two notifications is meant.</summary>
public enum AlertPhase
{
    /// <summary>The cause appeared.</summary>
    Raised,

    /// <summary>The cause went away.</summary>
    Cleared,
}
