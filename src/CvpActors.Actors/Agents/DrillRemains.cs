using CvpActors.Domain.Agents;

namespace CvpActors.Actors.Agents;

/// <summary>What a drill that was killed has left: found by its note, and removed with what it had started.</summary>
internal static class DrillRemains
{
    /// <returns>The drill that was cut short, and a line for the log; none where nothing was left.</returns>
    public static (string? Drill, IReadOnlyList<string> Told) TidyUp(MaintainedDatabase database)
    {
        try
        {
            return database.DrillShelf?.TidyUp() is { } drill ? (drill, [$"{drill} had been cut short, and what it had left is removed"]) : (null, []);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The next drill comes again for it.
            return (null, [$"what a drill has left could not be removed yet: {cause.Message}"]);
        }
    }
}
