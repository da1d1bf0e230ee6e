namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>A paused database opens no windows, and resuming does not fire what was missed.</summary>
internal static class PauseRules
{
    public static DatabaseReply Pause(Draft draft, PauseSchedules pause)
    {
        if (pause.Until <= draft.WallClock)
        {
            return new NotPossible($"until {pause.Until:u} is not in the future; it is {draft.WallClock:u}");
        }

        draft.Record(new Paused(draft.Now, pause.Until, pause.Reason));
        foreach (var operation in Operations.Scheduled)
        {
            if (draft.State.Of(operation).Window is not null)
            {
                draft.Record(new WindowClosed(draft.Now, operation, WindowEnd.Paused));
            }
        }

        return new Accepted();
    }

    public static DatabaseReply Resume(Draft draft)
    {
        // A pause that was over before anybody resumed ended at its own moment; what fell due since is not swallowed.
        EndWhenOver(draft);
        if (draft.State.Pause is not null)
        {
            draft.Record(new Resumed(draft.Now, draft.Now));
        }

        return new Accepted();
    }

    /// <summary>Ends a pause at the moment it was meant to end, also when nobody was there at that moment.</summary>
    public static void EndWhenOver(Draft draft)
    {
        if (draft.State.Pause is { Until: { } until } && until <= draft.Now)
        {
            draft.Record(new Resumed(draft.Now, until));
        }
    }
}
