using CvpActors.Domain.Running;
using CvpActors.Files;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// A copy of a live database by SQLite's online backup API: page N of the copy is page N of the snapshot, which is what makes the
/// difference between two generations small (<c>VACUUM INTO</c> would number the pages anew).
/// </summary>
/// <remarks>
/// Stepping the API starts anew whenever another process writes, unless the source connection is in a read transaction of its
/// own: then every step reads the one snapshot. So the copy can be cancelled and tells its progress between steps, and a busy
/// writer does not keep it from ending. In WAL mode writers go on meanwhile; with a rollback journal they wait, as they would for
/// any reader.
/// </remarks>
internal static class SqliteDump
{
    // 16 MiB at a page size of 4 KiB: a few hundredths of a second, so a cancellation is heard at once.
    private const int PagesPerStep = 4096;

    /// <exception cref="SqliteDatabaseException">Source or copy failed; the message names which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the copy is the caller's to remove.</exception>
    public static void Run(SqliteOptions options, string path, RunContext run, CancellationToken cancellation)
    {
        using var source = SqliteSession.OpenToRead(options);
        source.Execute("PRAGMA cache_size = -4096", cancellation);

        // BEGIN alone takes no snapshot; the first read does.
        source.Execute("BEGIN", cancellation);
        source.Execute("SELECT count(*) FROM sqlite_schema", cancellation);

        // SQLite would make a file that everybody may read.
        CreatePrivate(path);
        using var copy = SqliteSession.Create(path);

        // A copy that is cut short is thrown away, so it needs no journal, and one flush at the end makes it durable (the caller's).
        // Exclusive locking saves three system calls a page.
        copy.Execute("PRAGMA journal_mode = OFF", cancellation);
        copy.Execute("PRAGMA synchronous = OFF", cancellation);
        copy.Execute("PRAGMA locking_mode = EXCLUSIVE", cancellation);
        copy.Execute("PRAGMA cache_size = -4096", cancellation);
        Copy(source, copy, run, cancellation);
        source.Execute("ROLLBACK", CancellationToken.None);
    }

    private static void CreatePrivate(string path)
    {
        try
        {
            FileReaders.CreatePrivate(path).Dispose();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SqliteDatabaseException($"{path} cannot be made: {cause.Message}", cause);
        }
    }

    private static void Copy(SqliteSession source, SqliteSession copy, RunContext run, CancellationToken cancellation)
    {
        var pageBytes = source.Ask("PRAGMA page_size", cancellation);
        using var backup = raw.sqlite3_backup_init(copy.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
        {
            throw copy.Failure(raw.sqlite3_errcode(copy.Handle));
        }

        int result;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, PagesPerStep);
            long total = raw.sqlite3_backup_pagecount(backup);
            run.Progress.Report(new RunProgress((total - raw.sqlite3_backup_remaining(backup)) * pageBytes, total * pageBytes, "bytes"));
        }
        while (result == raw.SQLITE_OK);

        // Finishing hands the error over to the connection of the copy, where its text is.
        var finished = raw.sqlite3_backup_finish(backup);
        if (result != raw.SQLITE_DONE)
        {
            // A step says only a number; what the source reads is told apart from what the copy writes by trying the source.
            throw (result & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? source.Failure(result) : copy.Failure(result);
        }

        copy.Check(finished);
    }
}
