using CvpActors.Domain.Attempts;
using CvpActors.Domain.Purges;

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

        if (StillHeldBy(state, e.Outcome) is { } hold)
        {
            var since = state.HeldPurge is { } before && before.Hold.IsSameAs(hold) ? before.Since : e.At;
            return state with { HeldPurge = new HeldPurge(ended.AttemptId, since, hold) };
        }

        return e.Outcome.State == AttemptState.Succeeded || e.Outcome.Held is not null ? state with { HeldPurge = null } : state;
    }

    /// <summary>What a run was held by, without what was let go while it ran; null when nothing is left.</summary>
    public static PurgeHold? StillHeldBy(DatabaseState state, Outcome outcome) =>
        outcome.Held?.Reasons.RemoveAll(reason => state.LetGo?.Contains(reason.Key) == true) is { IsEmpty: false } left ? new PurgeHold(left) : null;

    /// <summary>The state after an administrator's word; a window that is open goes on at once.</summary>
    public static DatabaseState LetGo(DatabaseState state, HeldPurgeLetGo e)
    {
        // Of each subject the latest counts: another leap, or another last row, has taken the place of the one before.
        var subjects = e.Keys.Select(HoldReason.SubjectOf).ToHashSet(StringComparer.Ordinal);
        var keys = (state.LetGo ?? []).RemoveAll(key => subjects.Contains(HoldReason.SubjectOf(key))).AddRange(e.Keys);
        return (state with { HeldPurge = null, LetGo = keys }).With(Operation.Purge, o => o.Window is { NextAttemptAt: not null } window ? o with { Window = window with { NextAttemptAt = e.At } } : o);
    }
}
