using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>Nothing is decided from a clock that ran backwards: the step is recorded, and durations that were running go on.</summary>
internal static class ClockRules
{
    /// <summary>Nodes differ by this much without anybody having set a clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>A clock that has run steadily for this long is trusted again.</summary>
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromHours(1);

    /// <summary>Records a step back; true when there was one.</summary>
    public static bool NoticeStepBack(Draft draft)
    {
        var from = draft.ClockAtLeast;
        var to = draft.WallClock;
        if (from - to <= Tolerance)
        {
            return false;
        }

        draft.Record(new ClockSteppedBack(to, from));
        AlertRules.RaiseOnce(draft, AlertCodes.ClockSkew, operation: null,
            $"The coordinator's clock ran back by {InWords.Of(from - to)} (from {from:u} to {to:u}). "
            + "Running durations were kept and nothing was cleared. Check the time service on the coordinator nodes.");
        return true;
    }

    /// <summary>Clears the alert about a clock once it has run steadily for a while.</summary>
    public static void ForgetOldSteps(Draft draft)
    {
        if (NextCheckAt(draft.State) <= draft.Now)
        {
            AlertRules.ClearAll(draft, AlertCodes.ClockSkew);
        }
    }

    public static DateTimeOffset? NextCheckAt(DatabaseState state) =>
        AlertRules.OpenAlert(state, AlertCodes.ClockSkew) is null ? null : state.ClockDoubtedAt + SteadyAfter;
}
