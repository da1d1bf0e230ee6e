namespace CvpActors.Domain.Maintenance;

/// <summary>A paused database opens no windows, and resuming does not fire what was missed.</summary>
internal static class PauseRules
{
    public static DatabaseReply Pause(Deliberation d, PauseSchedules pause)
    {
        if (pause.Until <= d.WallClock)
        {
            return new NotPossible($"until {pause.Until:u} is not in the future; it is {d.WallClock:u}");
        }

        d.Record(new Paused(d.Now, pause.Until, pause.Reason));
        foreach (var operation in Enum.GetValues<Operation>())
        {
            if (d.State.Of(operation).Window is not null)
            {
                d.Record(new WindowClosed(d.Now, operation, WindowEnd.Paused));
            }
        }

        return new Accepted();
    }

    public static DatabaseReply Resume(Deliberation d)
    {
        // A pause that was over before anybody resumed ended at its own moment; what fell due since is not swallowed.
        EndWhenOver(d);
        if (d.State.Pause is not null)
        {
            d.Record(new Resumed(d.Now, d.Now));
        }

        return new Accepted();
    }

    /// <summary>Up to where due moments count as dealt with after a pause: a run that is due at its very end is not swallowed.</summary>
    public static DateTimeOffset CountedUntilAfter(DateTimeOffset end) => end.AddTicks(-1);

    /// <summary>Ends a pause at the moment it was meant to end, also when nobody was there at that moment.</summary>
    public static void EndWhenOver(Deliberation d)
    {
        if (d.State.Pause is { Until: { } until } && until <= d.Now)
        {
            d.Record(new Resumed(d.Now, until));
        }
    }
}
