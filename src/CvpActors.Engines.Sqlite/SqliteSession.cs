using CvpActors.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// One connection to one file, unpooled: a pooled one keeps the file open, and a removed file's bytes on the disk, after the run.
/// </summary>
/// <remarks>
/// Statements go straight to SQLite's own API: a backup is stepped and a purge steps through millions of rows, and a wait for a
/// lock must end when the run is cancelled. A database file is never opened by other means in this process, because on Unix
/// closing any handle of a file drops the locks that SQLite holds on it.
/// </remarks>
internal sealed class SqliteSession : IDisposable
{
    // SQLite's own waits for a lock grow to a tenth of a second, and no cancellation reaches them. A busy writer frees the lock
    // every few milliseconds: who asks that often gets it.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(1);

    private static readonly string[] BelongsToIt = ["-wal", "-journal"];

    private readonly SqliteConnection _connection;
    private readonly TimeSpan _busyTimeout;

    private SqliteSession(string path, SqliteConnection connection, TimeSpan busyTimeout)
    {
        Path = path;
        _connection = connection;
        _busyTimeout = busyTimeout;
        _ = raw.sqlite3_busy_timeout(Handle, 0);
        _ = raw.sqlite3_extended_result_codes(Handle, 1);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>Opens a database that exists, to read and write it.</summary>
    /// <exception cref="SqliteDatabaseException">There is none, or it is not SQLite's.</exception>
    public static SqliteSession OpenDatabase(SqliteOptions options)
    {
        var path = options.FullPath;
        if (new FileInfo(path) is not { Exists: true } file)
        {
            throw new SqliteDatabaseException($"{path} cannot be opened: there is no such file");
        }

        // SQLite takes an empty file for an empty database; for a reporting database it is a sign of something gone wrong.
        return file.Length == 0
            ? throw new SqliteDatabaseException($"{path} is not a SQLite database: it is empty")
            : Open(path, path, SqliteOpenMode.ReadWrite, options.BusyTimeout ?? SqliteOptions.DefaultBusyTimeout);
    }

    /// <summary>
    /// Opens a database that exists, to read it. Where it is proven that nobody can write to it, no lock is taken and nothing is wanted beside it, which
    /// cannot be made on a read-only mount; but what is beside it and belongs to it is never left out.
    /// </summary>
    /// <exception cref="SqliteDatabaseException">There is none, or it is not SQLite's.</exception>
    public static SqliteSession OpenToRead(SqliteOptions options)
    {
        var path = options.FullPath;
        return !HasUnfinished(path) && new FileInfo(path) is { Exists: true, Length: > 0 } && ReadOnlyPlace.NobodyCanWrite(path)
            ? OpenImmutable(path)
            : OpenDatabase(options);
    }

    /// <summary>Whether beside the file there is something that SQLite has to read with it: a log, or a journal to be rolled back.</summary>
    public static bool HasUnfinished(string path) =>
        BelongsToIt.Any(suffix => new FileInfo(path + suffix) is { Exists: true, Length: > 0 });

    /// <summary>Creates the file that a dump is written to.</summary>
    public static SqliteSession Create(string path) => Open(path, path, SqliteOpenMode.ReadWriteCreate, TimeSpan.Zero);

    /// <summary>Opens a dump to look at it: nobody writes to it, so neither locks nor files beside it are needed.</summary>
    public static SqliteSession OpenImmutable(string path)
    {
        // In a name a backslash is a letter like any other, but on Windows.
        var full = OperatingSystem.IsWindows() ? System.IO.Path.GetFullPath(path).Replace('\\', '/') : System.IO.Path.GetFullPath(path);
        var uri = "file://" + (full.StartsWith('/') ? "" : "/") + string.Join('/', full.Split('/').Select(Uri.EscapeDataString));
        return Open(path, uri + "?immutable=1", SqliteOpenMode.ReadOnly, TimeSpan.Zero);
    }

    /// <summary>Runs a statement to its end and forgets its rows.</summary>
    public void Execute(string sql, CancellationToken cancellation = default)
    {
        using var statement = Prepare(sql, cancellation);
        while (statement.Step(cancellation))
        {
        }
    }

    public SqliteStatement Prepare(string sql, CancellationToken cancellation = default)
    {
        sqlite3_stmt? statement = null;

        // Preparing reads the schema, which a writer may have locked.
        Check(RetryWhileBusy(() => raw.sqlite3_prepare_v2(Handle, sql, out statement), cancellation));
        return new SqliteStatement(this, statement!);
    }

    /// <summary>Ends a statement that runs when the token is cancelled; whoever runs it asks the token what the error means.</summary>
    public CancellationTokenRegistration InterruptWhen(CancellationToken cancellation)
    {
        var handle = Handle;
        return cancellation.Register(() => raw.sqlite3_interrupt(handle));
    }

    /// <summary>The one value that a statement gives; 0 without a row.</summary>
    public long Ask(string sql, CancellationToken cancellation = default)
    {
        using var statement = Prepare(sql, cancellation);
        return statement.Step(cancellation) ? statement.Long(0) : 0;
    }

    /// <summary>Calls again while another connection holds the lock, as long as configured.</summary>
    /// <returns>The last result; a busy one when the time was not enough.</returns>
    public int RetryWhileBusy(Func<int> call, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; ; waited += AskAgainAfter)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = call();
            var busy = (result & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
            if (!busy || waited >= _busyTimeout)
            {
                return result;
            }

            cancellation.WaitHandle.WaitOne(AskAgainAfter);
        }
    }

    /// <summary>Passes when the result is one of success.</summary>
    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Failure(result);
        }
    }

    /// <summary>SQLite's words for its last error on this connection.</summary>
    public string LastError => raw.sqlite3_errmsg(Handle).utf8_to_string();

    public SqliteDatabaseException Failure(int result)
    {
        var primary = result & 0xff;

        // Steps of a backup give only a number; the connection's own text then belongs to something else.
        var own = (raw.sqlite3_errcode(Handle) & 0xff) == primary;
        var detail = (own ? raw.sqlite3_errmsg(Handle) : raw.sqlite3_errstr(primary)).utf8_to_string();
        var text = primary switch
        {
            raw.SQLITE_NOTADB => $"{Path} is not a SQLite database",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{Path} stayed locked by another process for {_busyTimeout.TotalSeconds:0.#} s",
            raw.SQLITE_FULL => $"the disk is full: {Path} could not be written",
            raw.SQLITE_CORRUPT => $"{Path} is damaged: {detail}",
            _ => $"{Path}: {detail} (SQLite result {result})",
        };
        return new SqliteDatabaseException(text);
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteSession Open(string path, string source, SqliteOpenMode mode, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, Pooling = false }.ConnectionString);
        try
        {
            connection.Open();
            return new SqliteSession(path, connection, busyTimeout);
        }
        catch (SqliteException cause)
        {
            connection.Dispose();
            throw new SqliteDatabaseException($"{path} cannot be opened: {cause.Message}", cause);
        }
    }
}
