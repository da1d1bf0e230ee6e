using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>When the last try has not succeeded either, retries stop and one alert is raised (rule 5).</summary>
internal static class GiveUpRules
{
    /// <summary>Why the last tries of a window were never made.</summary>
    public const string NobodyThere = "its last tries were missed, since no coordinator could work (none was running, or its journal could not be written)";

    /// <summary>Ends a window whose last try has been made or missed, and raises its one alert.</summary>
    public static void GiveUp(Draft draft, Operation operation, RetryWindow window, string last)
    {
        draft.Record(new WindowClosed(draft.Now, operation, WindowEnd.Exhausted));
        var name = InWords.Of(operation);
        AlertRules.Raise(draft, AlertCodes.GaveUp(operation), operation,
            $"The scheduled {name} of {draft.Policy.Database}, due {window.DueAt:u}, was given up after "
            + $"{InWords.Count(window.Retries, "retry", "retries")} at the end of its window ({window.Deadline:u}); {last}. "
            + $"It is tried again when it is next due; to have it sooner, ask for a {name} of {draft.Policy.Database} on demand.");
    }

    /// <summary>Whether even the last try of a window can no longer be made.</summary>
    public static bool IsOver(RetryWindow window, TimeSpan grace, DateTimeOffset now) => window.Deadline + grace < now;
}
