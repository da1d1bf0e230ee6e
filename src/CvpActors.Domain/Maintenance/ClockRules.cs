using CvpActors.Domain.Alerts;
using CvpActors.Domain.Locks;
using CvpActors.Domain.Retries;

namespace CvpActors.Domain.Maintenance;

/// <summary>Nothing is decided from a clock that ran backwards: the step is recorded, and durations that were running go on.</summary>
internal static class ClockRules
{
    /// <summary>Nodes differ by this much without anybody having set a clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>A larger step corrects a clock that was wrong; a smaller one must not make tonight's run due twice.</summary>
    private static readonly TimeSpan LargestStepWithoutRecount = TimeSpan.FromHours(1);

    /// <summary>A clock that has run steadily for this long is trusted again.</summary>
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromHours(1);

    /// <summary>Records a step back; true when there was one.</summary>
    public static bool NoticeStepBack(Deliberation d)
    {
        var from = d.State.Watermark;
        var to = d.WallClock;
        if (from - to <= Tolerance)
        {
            return false;
        }

        d.Record(new ClockSteppedBack(to, from));
        AlertRules.RaiseOnce(d, AlertCodes.ClockSkew, operation: null,
            $"The coordinator's clock ran back by {from - to:g} (from {from:u} to {to:u}). "
            + "Running durations were kept and nothing was cleared. Check the time service on the coordinator nodes.");
        return true;
    }

    /// <summary>Moves all that is counted from the wall clock along with it.</summary>
    public static DatabaseState MoveBack(DatabaseState state, TimeSpan step)
    {
        var moved = state with { Lock = MoveBack(state.Lock, step) };
        foreach (var operation in Enum.GetValues<Operation>())
        {
            moved = moved.With(operation, o => o with
            {
                Window = MoveBack(o.Window, step),
                CountedUntil = step > LargestStepWithoutRecount && o.CountedUntil > state.Watermark ? state.Watermark : o.CountedUntil,
            });
        }

        return moved;
    }

    /// <summary>Clears the alert about a clock once it has run steadily for a while.</summary>
    public static void ForgetOldSteps(Deliberation d)
    {
        if (NextCheckAt(d.State) <= d.Now)
        {
            AlertRules.ClearAll(d, AlertCodes.ClockSkew);
        }
    }

    public static DateTimeOffset? NextCheckAt(DatabaseState state) =>
        AlertRules.OpenAlert(state, AlertCodes.ClockSkew) is null ? null : state.ClockDoubtedAt + SteadyAfter;

    private static MaintenanceLock? MoveBack(MaintenanceLock? held, TimeSpan step) => held is null ? null : held with
    {
        AcquiredAt = held.AcquiredAt - step,
        AgeCheckAt = held.AgeCheckAt - step,
        Clearance = held.Clearance is { } clearance ? clearance with { BegunAt = clearance.BegunAt - step } : null,
    };

    private static RetryWindow? MoveBack(RetryWindow? window, TimeSpan step) => window is null ? null : window with
    {
        DueAt = window.DueAt - step,
        Deadline = window.Deadline - step,
        NextAttemptAt = window.NextAttemptAt - step,
    };
}
