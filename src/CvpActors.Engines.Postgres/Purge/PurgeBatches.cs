using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Makes the transactions of one purge: none waits for a lock longer than a batch should last, so that nobody queues behind one of ours; the fence
/// is asked when all is done but the commit; and it is measured how long others may have had to wait.
/// </summary>
internal sealed class PurgeBatches(PostgresSession session, PurgePlan plan, TimeProvider time, RunContext run)
{
    /// <summary>How long a lock that is not to be had is tried for again and again, before the run gives up, or goes another way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private long _rows;

    public PostgresSession Session => session;

    /// <summary>A purge that is lost with the machine is made again: its commits need not wait for the disk.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await session.ExecuteAsync("SET synchronous_commit = off", cancellation);
        await SetLockTimeoutAsync(plan.BatchTargetTime, cancellation);
    }

    public Task SetLockTimeoutAsync(TimeSpan wait, CancellationToken cancellation) =>
        session.ExecuteAsync(FormattableString.Invariant($"SET lock_timeout = {Math.Max(1, wait.TotalMilliseconds):0}"), cancellation);

    /// <summary>As before a step that waits longer.</summary>
    public Task ResetLockTimeoutAsync(CancellationToken cancellation) => SetLockTimeoutAsync(plan.BatchTargetTime, cancellation);

    /// <summary>The size of the batches of one table: each has its own.</summary>
    public BatchSize NewSize() => new(plan.BatchTargetTime, plan.BatchRows);

    /// <summary>One transaction.</summary>
    /// <param name="step">The step, for errors.</param>
    /// <param name="learn">Hears what was done, and how long it took; null for nobody.</param>
    /// <param name="change">Makes the change.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="PostgresException">The database refused; all of the change is taken back.</exception>
    public async Task<T> CommitAsync<T>(string step, Action<T, TimeSpan>? learn, Func<Task<T>> change, CancellationToken cancellation)
    {
        run.CommitPoint(step);
        var started = time.GetTimestamp();
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellation);
        var result = await change();
        run.CommitPoint(step);
        await transaction.CommitAsync(cancellation);
        learn?.Invoke(result, time.GetElapsedTime(started));
        return result;
    }

    /// <summary>Tries a step again while others have what it needs locked.</summary>
    /// <param name="step">The step.</param>
    /// <param name="patience">For how long; null: as long as the run has patience.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False when it was not to be had.</returns>
    public async Task<bool> TryAsync(Func<Task> step, TimeSpan? patience, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await step();
                return true;
            }
            catch (PostgresException e) when (IsOfOthers(e))
            {
                if (time.GetElapsedTime(started) + pause > (patience ?? Patience))
                {
                    return false;
                }
            }

            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>As <see cref="TryAsync"/>, for a step without which the run cannot go on.</summary>
    /// <exception cref="ReportingDatabaseException">The lock was not to be had.</exception>
    public async Task InsistAsync(string what, Func<Task> step, CancellationToken cancellation)
    {
        if (!await TryAsync(step, null, cancellation))
        {
            throw new ReportingDatabaseException(
                $"{what} in {session.Place} is kept locked by somebody else, and was tried for {InWordsOf(Patience)}; see who (pg_locks, pg_stat_activity), then run the purge again");
        }
    }

    public void CommitPoint(string step) => run.CommitPoint(step);

    /// <summary>Tells how many rows have gone so far.</summary>
    public void Report(long more)
    {
        _rows += more;
        run.Progress.Report(new RunProgress(_rows, 0, "rows"));
    }

    /// <summary>Gives other writers their time.</summary>
    public Task PauseAsync(CancellationToken cancellation) => plan.BatchPause == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(plan.BatchPause, time, cancellation);

    /// <summary>Whether an error says that others were in the way: a lock that was not to be had in time, a deadlock, a serialization failure.</summary>
    public static bool IsOfOthers(PostgresException error) => error.SqlState is "55P03" or "40P01" or "40001";

    /// <summary>Whether an error says that the rows themselves may not go: a constraint, or a trigger's own words.</summary>
    public static bool IsRefusal(PostgresException error) =>
        error.SqlState.StartsWith("23", StringComparison.Ordinal) || error.SqlState.StartsWith("P0", StringComparison.Ordinal) || error.SqlState == "27000";

    private static string InWordsOf(TimeSpan span) => Domain.InWords.Of(span);
}
