namespace CvpActors.Domain.Maintenance.Folding;

/// <summary>What a step back of the wall clock does to what is counted from it: running durations go on.</summary>
internal static class ClockStep
{
    /// <summary>A larger step corrects a clock that was wrong; a smaller one must not make tonight's run due twice.</summary>
    private static readonly TimeSpan LargestStepWithoutRecount = TimeSpan.FromHours(1);

    /// <summary>Moves all that is counted from the wall clock along with it.</summary>
    public static DatabaseState MoveBack(DatabaseState state, TimeSpan step)
    {
        var moved = state with { Lock = MoveBack(state.Lock, step), UnservedSince = state.UnservedSince - step };
        foreach (var operation in Operations.Scheduled)
        {
            moved = moved.With(operation, o => o with
            {
                Window = MoveBack(o.Window, step),
                ExpectedSince = o.ExpectedSince - step,
                CountedUntil = step > LargestStepWithoutRecount && o.CountedUntil > state.Watermark ? state.Watermark : o.CountedUntil,
            });
        }

        return moved;
    }

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
