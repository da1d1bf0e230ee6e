using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Proof that a dump is a sound database by itself: <c>PRAGMA integrity_check</c>, which reads every page, checks the trees,
/// the free list, and that every index has exactly the rows of its table.
/// </summary>
internal static class SqliteVerification
{
    // Looking rows up in indexes jumps about in the file; what is in the cache is not read again. Well below the 150 MB of a backup.
    private const string CacheKibibytes = "49152";

    /// <exception cref="SqliteDatabaseException">It is not sound; the message says what SQLite found.</exception>
    public static void Run(string path, CancellationToken cancellation)
    {
        // SQLite would call an empty file an empty database.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            throw new SqliteDatabaseException($"{path} is not a SQLite database: it is empty or not there");
        }

        using var dump = SqliteSession.OpenImmutable(path);
        using var interrupt = cancellation.Register(() => raw.sqlite3_interrupt(dump.Handle));
        try
        {
            dump.Execute("PRAGMA cache_size = -" + CacheKibibytes, CancellationToken.None);
            using var check = dump.Prepare("PRAGMA integrity_check(10)", CancellationToken.None);
            var findings = new List<string?>();
            while (check.Step(CancellationToken.None))
            {
                findings.Add(check.Text(0));
            }

            if (findings is not ["ok"])
            {
                throw new SqliteDatabaseException($"{path} is damaged: {string.Join("; ", findings)}");
            }
        }
        catch (SqliteDatabaseException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
