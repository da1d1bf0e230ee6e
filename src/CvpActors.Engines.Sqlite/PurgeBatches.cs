using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;
using CvpActors.Files;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>Makes the transactions of one purge: takes the write lock, asks the fence, looks at the file, and measures how long it held the lock.</summary>
internal sealed class PurgeBatches
{
    // 16 MiB of log at 4 KiB a page: a checkpoint flushes two files, and fewer of them leave more time for deleting.
    private const int PagesPerCheckpoint = 4000;

    private readonly SqliteSession _session;
    private readonly PurgePlan _plan;
    private readonly TimeProvider _time;
    private readonly RunContext _run;
    private readonly string? _file;
    private readonly bool _wal;
    private long _pages;
    private long _rows;

    public PurgeBatches(SqliteSession session, PurgePlan plan, TimeProvider time, RunContext run, string? file, bool readOnly)
    {
        _session = session;
        _plan = plan;
        _time = time;
        _run = run;
        _file = file;
        _wal = !readOnly && RelaxFlushing();
        CheckFile("its first batch");
    }

    /// <summary>The size of the batches of one category: each table has its own.</summary>
    public BatchSize NewSize() => new(_plan.BatchTargetTime, _plan.BatchRows);

    /// <summary>Takes the write lock, then asks the fence: waiting for the lock may last, and a token may be superseded meanwhile.</summary>
    /// <param name="step">The step, for errors.</param>
    /// <param name="size">Learns from it.</param>
    /// <param name="change">Makes the change and says how many rows it looked at.</param>
    /// <param name="cancellation">Heard while the lock is waited for.</param>
    /// <exception cref="SqliteDatabaseException">The path names another file by now, or SQLite failed; the change is taken back.</exception>
    public void Commit(string step, BatchSize? size, Func<int> change, CancellationToken cancellation)
    {
        _session.Execute("BEGIN IMMEDIATE", cancellation);
        var started = _time.GetTimestamp();
        int rows;
        try
        {
            CheckFile(step);
            _run.CommitPoint(step);
            rows = change();
            _session.Execute("COMMIT", cancellation);
        }
        catch
        {
            // Some errors (a full disk) have rolled back already, and the first error is the one to tell.
            _ = raw.sqlite3_exec(_session.Handle, "ROLLBACK");
            throw;
        }

        size?.Learn(rows, _time.GetElapsedTime(started));
        CheckPoint(cancellation);
    }

    /// <summary>A file that was replaced or moved while its rows were deleted: what was deleted there is not what the path names.</summary>
    public void CheckFile(string step)
    {
        if (_file is not null && FileStatus.TryRead(_session.Path)?.Identity != _file)
        {
            throw new SqliteDatabaseException(
                $"{_session.Path} is another file than the one this run opened, or gone; stopped at: {step}. What was deleted before was deleted from "
                + "the file that was there; see who replaces it while a purge runs, then run the purge again");
        }
    }

    /// <summary>Tells how many rows have gone so far.</summary>
    public void Report(long more)
    {
        _rows += more;
        _run.Progress.Report(new RunProgress(_rows, 0, "rows"));
    }

    /// <summary>Gives other writers their time.</summary>
    public Task PauseAsync(CancellationToken cancellation) =>
        _plan.BatchPause == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(_plan.BatchPause, _time, cancellation);

    // In WAL mode NORMAL flushes at checkpoints instead of at every commit. A power cut may bring the last batches back, which the
    // next purge deletes again; it never damages the file. With a rollback journal less than FULL could, so it stays as it is.
    private bool RelaxFlushing()
    {
        using var mode = _session.Prepare("PRAGMA journal_mode");
        if (!mode.Step() || mode.Text(0) != "wal")
        {
            return false;
        }

        _session.Execute("PRAGMA synchronous = NORMAL");

        // Not within COMMIT, whose time is measured: a checkpoint holds no writer up.
        _session.Execute("PRAGMA wal_autocheckpoint = 0");
        return true;
    }

    private void CheckPoint(CancellationToken cancellation)
    {
        if (!_wal)
        {
            return;
        }

        _ = raw.sqlite3_db_status(_session.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, 1);
        _pages += written;
        if (_pages >= PagesPerCheckpoint)
        {
            _pages = 0;
            _session.Execute("PRAGMA wal_checkpoint(PASSIVE)", cancellation);
        }
    }
}
