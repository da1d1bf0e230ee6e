using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Folding;

/// <summary>What is remembered of a purge that waits for an administrator.</summary>
internal static class HoldFold
{
    /// <summary>The state after a run: held by what it found, or free of what held the one before.</summary>
    public static DatabaseState AfterRun(DatabaseState state, MaintenanceLock ended, LockReleased e)
    {
        if (ended is not { Operation: Operation.Purge, DryRun: false })
        {
            return state;
        }

        if (e.Outcome.Held is { } hold)
        {
            var since = state.HeldPurge is { } before && before.Hold.IsSameAs(hold) ? before.Since : e.At;
            return state with { HeldPurge = new HeldPurge(ended.AttemptId, since, hold) };
        }

        return e.Outcome.State == AttemptState.Succeeded ? state with { HeldPurge = null } : state;
    }

    /// <summary>The state after an administrator's word; a window that is open goes on at once.</summary>
    public static DatabaseState LetGo(DatabaseState state, HeldPurgeLetGo e)
    {
        var keys = (state.LetGo ?? []).RemoveAll(e.Keys.Contains).AddRange(e.Keys);
        return (state with
        {
            HeldPurge = null,
            LetGo = keys.RemoveRange(0, Math.Max(0, keys.Count - DatabaseState.KeptLetGo)),
        }).With(Operation.Purge, o => o.Window is { NextAttemptAt: not null } window ? o with { Window = window with { NextAttemptAt = e.At } } : o);
    }
}
