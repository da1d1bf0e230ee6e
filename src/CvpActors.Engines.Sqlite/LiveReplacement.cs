using CvpActors.Domain.Running;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Replaces all pages of the live database in one transaction, by SQLite's online backup API with the live file as its destination. Programs that have it
/// open go on with what they have until it is committed (with a log), or wait (with a rollback journal), and see the restored rows from their next
/// statement on. A process that is killed in between leaves a journal to be rolled back, or a log without a commit: the live database is as it was.
/// </summary>
/// <remarks>
/// Another file under the same name would not do: programs that have the old one open would go on writing into a file that has no name any more, and
/// the log of the old one would be taken for that of the new one.
/// </remarks>
internal static class LiveReplacement
{
    private const int PagesPerStep = 4096;

    /// <exception cref="SqliteDatabaseException">It failed; the live database is as it was.</exception>
    /// <exception cref="FencedException">The run's token was superseded; the live database is as it was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the live database is as it was.</exception>
    public static void Run(SqliteOptions live, string source, RunContext run, CancellationToken cancellation)
    {
        using var from = SqliteSession.OpenImmutable(source);
        using var to = SqliteSession.OpenDatabase(live);
        to.Execute("PRAGMA synchronous = FULL", cancellation);
        from.Execute("PRAGMA cache_size = -4096", cancellation);
        var pageBytes = from.Ask("PRAGMA page_size", cancellation);
        if (IsLogged(to) && to.Ask("PRAGMA page_size", cancellation) is var own && own != pageBytes)
        {
            throw new SqliteDatabaseException(
                $"{live.FullPath} has pages of {own} bytes and the backup of {pageBytes}, which SQLite cannot bring together in WAL mode; "
                + "set PRAGMA journal_mode = DELETE first, or restore to a new place");
        }

        Copy(from, to, pageBytes, run, cancellation);
        if (IsLogged(to))
        {
            // A log as long as the database would stay beside it. Who still reads from it keeps it, and that is no error.
            _ = raw.sqlite3_exec(to.Handle, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static void Copy(SqliteSession from, SqliteSession to, long pageBytes, RunContext run, CancellationToken cancellation)
    {
        using var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        if (backup.IsInvalid)
        {
            throw to.Failure(raw.sqlite3_errcode(to.Handle));
        }

        // The first step takes the write lock and copies nothing: from then on nobody else writes, and who was superseded finds out before the last.
        var result = to.RetryWhileBusy(() => raw.sqlite3_backup_step(backup, 0), cancellation);
        while (result == raw.SQLITE_OK)
        {
            if (cancellation.IsCancellationRequested)
            {
                // Finished before its end, it is rolled back.
                _ = raw.sqlite3_backup_finish(backup);
                cancellation.ThrowIfCancellationRequested();
            }

            if (IsLast(backup))
            {
                CheckFence(backup, run);
            }

            result = raw.sqlite3_backup_step(backup, PagesPerStep);
            long total = raw.sqlite3_backup_pagecount(backup);
            run.Progress.Report(new RunProgress((total - raw.sqlite3_backup_remaining(backup)) * pageBytes, total * pageBytes, "bytes"));
        }

        var finished = raw.sqlite3_backup_finish(backup);
        if (result != raw.SQLITE_DONE)
        {
            throw to.Failure(result);
        }

        to.Check(finished);
    }

    private static bool IsLast(sqlite3_backup backup) => raw.sqlite3_backup_remaining(backup) <= PagesPerStep;

    private static void CheckFence(sqlite3_backup backup, RunContext run)
    {
        try
        {
            run.CommitPoint("the live database's replacement");
        }
        catch (FencedException)
        {
            _ = raw.sqlite3_backup_finish(backup);
            throw;
        }
    }

    private static bool IsLogged(SqliteSession session)
    {
        using var statement = session.Prepare("PRAGMA journal_mode");
        return statement.Step() && string.Equals(statement.Text(0), "wal", StringComparison.OrdinalIgnoreCase);
    }
}
