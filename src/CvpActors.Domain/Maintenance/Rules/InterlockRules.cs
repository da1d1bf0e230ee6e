using System.Collections.Immutable;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// A purge deletes only what a verified backup holds, where that is asked for. A backup holds every row that was written before it began. It
/// must have begun within a time that is no longer than the shortest retention, so that every row that goes is dated before it began; one that was
/// written later than it is dated, after the backup had begun, is not covered. With remotes it must be verified at one of them at least.
/// </summary>
internal static class InterlockRules
{
    /// <summary>Why a run must not delete anything now, with what to do, for a person; null when it may.</summary>
    public static string? WhyNot(Draft draft, Operation operation, bool dryRun)
    {
        if (operation != Operation.Purge || dryRun || draft.Policy.PurgeRequiresBackupWithin is not { } within)
        {
            return null;
        }

        var fit = Backups(draft.State).Where(b => Flaw(draft, b, within) is null).ToArray();
        return Array.Exists(fit, b => draft.Policy.Remotes.IsEmpty || ShippedTo(draft, b) is not null)
            ? null
            : $"no verified backup of {draft.Policy.Database}{(draft.Policy.Remotes.IsEmpty ? "" : " at a remote")} holds what the purge would delete "
                + $"(purge.requires-verified-backup-within, {InWords.Of(within)}): {Missing(draft, fit, within)}";
    }

    /// <summary>The backups that succeeded and are remembered, newest first.</summary>
    private static ImmutableList<Attempt> Backups(DatabaseState state)
    {
        var kept = state.Attempts.FindAll(a => a is { Operation: Operation.Backup, State: AttemptState.Succeeded, Outcome.Backup: not null }).Reverse();
        return kept.IsEmpty && state.Backup.LastSuccess is { Outcome.Backup: not null } last ? [last] : kept;
    }

    private static string Missing(Draft draft, Attempt[] fit, TimeSpan within)
    {
        var database = draft.Policy.Database;
        if (Backups(draft.State).FirstOrDefault() is not { } newest)
        {
            return $"none has succeeded; ask for a backup of {database} on demand";
        }

        if (fit.FirstOrDefault() is not { } best)
        {
            return $"the newest, {Named(newest)}, {Flaw(draft, newest, within)}; ask for a backup of {database} on demand";
        }

        if (draft.Shipped is not { } shipped)
        {
            return "the coordinator has just started and has not read yet what the remotes have; ask again in a moment";
        }

        var there = shipped.IsEmpty ? "nothing is verified at any" : "there " + string.Join(", ", shipped.Select(s => $"{s.Remote} has generation {s.Generation}"));
        return $"{Named(best)} is at none of them ({string.Join(", ", draft.Policy.Remotes)}; {there}). A backup is shipped once the next one makes it "
            + $"{BackupNames.Old}: ask for a backup of {database} on demand, and see whether its shipments succeed (cvpctl ship {database})";
    }

    /// <summary>Why a backup does not hold what would go, wherever it is; null when it does.</summary>
    private static string? Flaw(Draft draft, Attempt backup, TimeSpan within) =>
        draft.Now - backup.StartedAt > within ? $"is too old: it began {InWords.Of(draft.Now - backup.StartedAt)} ago"
        : backup.StartedAt > draft.Now ? "began later than it is now by the coordinator's clock, which was set back"
        : backup.Outcome!.Backup!.Verified is null ? $"was not verified: {backup.Outcome.Backup.VerifiedReason ?? "its engine verified nothing"}"
        : ReplacedSince(draft.State, backup) is { } restore ? $"began before {restore.Id} replaced the live database"
        : null;

    /// <summary>A restore over the live database that may have brought rows which the backup does not hold; also one that failed, since it may have got so far.</summary>
    private static Attempt? ReplacedSince(DatabaseState state, Attempt backup) =>
        state.Attempts.FindLast(a => a is { Restore.OverLive: true, Token: not null } && (a.FinishedAt ?? a.StartedAt) > backup.StartedAt);

    private static ShippedGeneration? ShippedTo(Draft draft, Attempt backup)
    {
        var made = backup.Outcome!.Backup!;
        return draft.Shipped?.FirstOrDefault(s => draft.Policy.Remotes.Contains(s.Remote) && s.Generation == made.Generation && s.Sha256 == made.Sha256);
    }

    private static string Named(Attempt backup) => $"generation {backup.Outcome!.Backup!.Generation} ({backup.Id}, begun {backup.StartedAt:u})";
}
