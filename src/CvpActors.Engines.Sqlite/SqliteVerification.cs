using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CvpActors.Domain.Backups;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Proof that a dump is a sound database by itself. What <c>PRAGMA integrity_check</c> looks at in one go on one core is divided: each table with its
/// indexes (<see cref="TableCheck"/>: the trees, every row and its entry in every index), and the accounting of pages
/// (<see cref="PageAccounting"/>: each page of the file is in exactly one tree or on the free list), on as many connections as there are cores.
/// </summary>
/// <remarks>
/// Of the whole check one thing is left out: in a file with auto-vacuum, whether the back pointers of free pages are right. They are written anew
/// before they are used. CHECK constraints are no part of either: SQLite forgets them for a file that is opened to be read only, and a row that does not meet one is
/// what its program wrote.
/// </remarks>
internal static class SqliteVerification
{
    // Looking rows up in indexes jumps about in the file; what is in the cache is not read again. For all connections together, well below the 150 MB of a backup.
    private const int CacheKibibytes = 49152;
    private const int LeastCacheKibibytes = 2048;
    private const int ReasonsTold = 5;

    /// <returns>How far it could be looked at without the program that the database belongs to.</returns>
    /// <exception cref="SqliteDatabaseException">It is damaged; the message says what was found.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Verification Run(string path, CancellationToken cancellation)
    {
        // SQLite would call an empty file an empty database.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            throw new SqliteDatabaseException($"{path} is not a SQLite database: it is empty or not there");
        }

        cancellation.ThrowIfCancellationRequested();
        var tables = DumpSchema.Read(path, out var roots);
        var reasons = new ConcurrentQueue<string>();
        List<Action<SqliteSession, CancellationToken>> work = [(_, stop) => PageAccounting.Check(path, roots, stop)];
        work.AddRange(tables.OrderByDescending(table => table.Weight).Select(table => (Action<SqliteSession, CancellationToken>)((session, _) =>
        {
            if (TableCheck.Run(session, table) is { } reason)
            {
                reasons.Enqueue(reason);
            }
        })));
        Share(path, work, cancellation);
        return reasons.IsEmpty ? Verification.Full : new Verification(VerifiedExtent.Pages, InWords([.. reasons.Order(StringComparer.Ordinal)]));
    }

    private static string InWords(string[] reasons) =>
        string.Join("; ", reasons.Take(ReasonsTold)) + (reasons.Length > ReasonsTold ? $"; and {reasons.Length - ReasonsTold} more" : "");

    /// <summary>Each core takes what is next until nothing is left; the first that fails stops the others.</summary>
    private static void Share(string path, List<Action<SqliteSession, CancellationToken>> work, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<Action<SqliteSession, CancellationToken>>(work);
        var connections = Math.Min(Environment.ProcessorCount, work.Count);
        var cache = Math.Max(LeastCacheKibibytes, CacheKibibytes / connections);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        void Work()
        {
            try
            {
                using var session = SqliteSession.OpenImmutable(path);
                using var interrupt = stop.Token.Register(() => raw.sqlite3_interrupt(session.Handle));
                session.Execute(FormattableString.Invariant($"PRAGMA cache_size = -{cache}"), CancellationToken.None);
                while (!stop.IsCancellationRequested && waiting.TryDequeue(out var next))
                {
                    next(session, stop.Token);
                }
            }
            catch (Exception cause)
            {
                Interlocked.CompareExchange(ref failure, cause, null);
                stop.Cancel();
            }
        }

        // Not the shared pool's threads: they are kept for minutes.
        var others = Enumerable.Range(1, connections - 1)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Work();
        Task.WaitAll(others, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
