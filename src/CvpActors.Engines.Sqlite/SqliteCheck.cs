using CvpActors.Files;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>Whether a file is a SQLite database with a schema that can be read.</summary>
internal static class SqliteCheck
{
    private const int WriteVersionAt = 18;
    private const int WriteAheadLog = 2;

    /// <exception cref="SqliteDatabaseException">It is not there, empty, not SQLite's, or cannot be read where it is; the message names the file and the way out.</exception>
    public static void Run(SqliteOptions options)
    {
        using var session = SqliteSession.OpenToRead(options with { BusyTimeout = TimeSpan.Zero });
        var result = raw.sqlite3_exec(session.Handle, "SELECT count(*) FROM sqlite_schema");
        switch (result & 0xff)
        {
            case raw.SQLITE_BUSY or raw.SQLITE_LOCKED:
                return;
            case raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY:
                throw new SqliteDatabaseException(WhyUnreadable(options.FullPath, session.Failure(result).Message));
            default:
                session.Check(result);
                return;
        }
    }

    /// <summary>What a purge cannot do here, and the way out.</summary>
    public static IReadOnlyList<string> FindLimits(SqliteOptions options) => ReadOnlyPlace.IsMountedReadOnly(options.FullPath)
        ? [$"{options.FullPath} is on a read-only mount: it can be backed up, and not purged; mount it writable, or configure no purge of it"]
        : [];

    private static string WhyUnreadable(string path, string said)
    {
        var folder = Path.GetDirectoryName(path);
        if (ReadOnlyPlace.IsMountedReadOnly(path))
        {
            return SqliteSession.HasUnfinished(path)
                ? $"{path} is on a read-only mount, and the log or journal beside it, which belongs to it, cannot be worked in there ({said}); mount {folder} writable "
                  + "once, or let its program end in order before it is mounted read-only"
                : $"{path} is on a read-only mount that others may still write to, and its files -wal and -shm are not there and cannot be made ({said}); mount {folder} "
                  + "writable, make the whole file system read-only, or set PRAGMA journal_mode = DELETE where it is writable";
        }

        return IsInWalMode(path)
            ? $"{path} is in WAL mode, and its files -wal and -shm cannot be opened or made in {folder} ({said}); let this node's user write to {folder} "
              + "and to those files, or set PRAGMA journal_mode = DELETE"
            : said;
    }

    // SQLite has just failed to open it, so nothing of this process has a lock on it that closing it would drop.
    private static bool IsInWalMode(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> version = stackalloc byte[1];
            return RandomAccess.Read(file, version, WriteVersionAt) == 1 && version[0] == WriteAheadLog;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
