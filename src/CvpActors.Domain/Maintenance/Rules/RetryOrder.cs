namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// Which of two waiting runs goes first (rule 6): the one that is due earlier; on a tie the backup, so that rows are saved before they are purged.
/// </summary>
internal static class RetryOrder
{
    /// <summary>The operations whose next try has come at <paramref name="now"/>, in the order in which they are tried.</summary>
    public static IReadOnlyList<Operation> Due(DatabaseState state, DateTimeOffset now) =>
    [
        .. Operations.Scheduled
            .Where(o => state.Of(o).Window?.NextAttemptAt <= now)
            .OrderBy(o => state.Of(o).Window!.NextAttemptAt)
            .ThenBy(o => o),
    ];
}
