using System.Collections.Immutable;
using System.Globalization;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Backup;
using CvpActors.Engines.Postgres.Drill;
using CvpActors.Engines.Postgres.Purge;
using CvpActors.Engines.Postgres.Restore;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres;

/// <summary>
/// Drills backups of <see cref="PostgresEngine"/> on a server of their own, which is gone afterwards: a dump is restored into it, and on a base backup it is started. The
/// live server has no part in it.
/// </summary>
/// <param name="options">The live database, for its name, its user, and where the programs are.</param>
/// <param name="time">How long it took, by its monotonic clock.</param>
public sealed class PostgresDriller(PostgresOptions options, TimeProvider time) : IDriller
{
    /// <summary>What a new server has by itself, and its log of changes at most.</summary>
    private const long ServersOwn = 640L << 20;

    private readonly PostgresTools _tools = new(options);

    /// <inheritdoc/>
    public async Task CheckAsync(IReadOnlyList<string> checks, CancellationToken cancellation)
    {
        if (checks.Count == 0)
        {
            return;
        }

        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        foreach (var check in checks)
        {
            await DrillStatement.CheckAsync(session, check, cancellation);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A dump has no indexes in it: they are taken to need as much again. What needs more is ended when the disk's reserve is reached.</remarks>
    public long SpaceFor(long bytes) => (options.Method == BackupMethod.Dump ? 2 * bytes : bytes) + ServersOwn;

    /// <inheritdoc/>
    public async Task<DrillFindings> DrillAsync(DrillJob job, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(run);
        TemporaryServer.CheckPath(job.Place);
        try
        {
            return options.Method == BackupMethod.Dump ? await DrillDumpAsync(job, run, cancellation) : await DrillBaseBackupAsync(job, run, cancellation);
        }
        catch (PostgresException e)
        {
            throw new DrillFailedException($"what was restored cannot be asked: {e.MessageText}", e);
        }
        catch (Exception e) when (e is RestoreFailedException or BackupFailedException or ReportingDatabaseException or IOException or UnauthorizedAccessException)
        {
            throw new DrillFailedException(MissingExtension.Explain(e.Message) ?? e.Message, e);
        }
    }

    private async Task<DrillFindings> DrillDumpAsync(DrillJob job, RunContext run, CancellationToken cancellation)
    {
        await DatabaseDumpHead.CheckAsync(job.Backup, cancellation);
        var initialise = _tools.Find("initdb");
        var user = options.Connection.Username!;
        await TemporaryServer.OwnAsync(job.Place, run, cancellation);
        await TemporaryServer.RunAsync(
            "initdb", ServerUser.Run(initialise, "-D", Path.Combine(job.Place, "data"), "--auth=trust", $"--username={user}", "--encoding=UTF8", "--locale=C", "--no-sync"), run, cancellation);

        var everybodys = At(job.Place, "template1");
        await using var server = await TemporaryServer.StartAsync(
            Path.GetDirectoryName(initialise)!, job.Place, everybodys, ["wal_level=minimal", "max_wal_senders=0", "max_wal_size=256MB"], run, time, cancellation);
        await using (var session = await PostgresSession.OpenAsync(everybodys, cancellation))
        {
            // The live database may be called so.
            await session.ExecuteAsync("DROP DATABASE postgres", cancellation);
        }

        var began = time.GetTimestamp();

        // Roles are no part of a dump, and no server of the drill's has them; a subscription would take what belongs to the live one.
        await new PostgresTools(everybodys).RunAsync(
            "pg_restore",
            [
                "--create", "--exit-on-error", "--no-password", "--no-owner", "--no-privileges", "--no-subscriptions", "--no-tablespaces", "--dbname=template1",
                string.Create(CultureInfo.InvariantCulture, $"--jobs={Math.Clamp(Environment.ProcessorCount, 1, 8)}"), job.Backup,
            ],
            (output, stop) => output.CopyToAsync(Stream.Null, stop), run, cancellation);
        var restored = At(job.Place, await OnlyDatabaseAsync(everybodys, cancellation));
        await using (var session = await PostgresSession.OpenAsync(restored, cancellation))
        {
            // As a restore ends: without statistics nobody could use it yet.
            await session.ExecuteAsync("ANALYZE", cancellation);
        }

        return await LookAsync(restored, job, time.GetElapsedTime(began), cancellation);
    }

    private async Task<DrillFindings> DrillBaseBackupAsync(DrillJob job, RunContext run, CancellationToken cancellation)
    {
        var data = Path.Combine(job.Place, "data");
        var began = time.GetTimestamp();
        await Task.Factory.StartNew(() => Unpack(job.Backup, data, run, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // As it is, it would wait for the live server, or follow it.
        File.Delete(Path.Combine(data, "standby.signal"));
        File.Delete(Path.Combine(data, "recovery.signal"));
        var restored = At(job.Place, options.Connection.Database!);
        await using var server = await TemporaryServer.StartAsync(
            await ProgramsForAsync(data, cancellation), job.Place, restored, [], run, time, cancellation);
        return await LookAsync(restored, job, time.GetElapsedTime(began), cancellation);
    }

    /// <summary>A drill proves more than a checksum: each file by the manifest, and its WAL to the end.</summary>
    private static void Unpack(string backup, string data, RunContext run, CancellationToken cancellation)
    {
        BaseBackup.Verify(backup, cancellation);
        DirectoryRestore.Run(backup, data, run, cancellation);
    }

    private static async Task<DrillFindings> LookAsync(PostgresOptions restored, DrillJob job, TimeSpan took, CancellationToken cancellation)
    {
        await using var session = await PostgresSession.OpenAsync(restored, cancellation);
        var categories = await PurgeContents.CountAsync(session, job.Plan, job.AsOf, cancellation);
        var checks = ImmutableArray.CreateBuilder<CheckSeen>();
        foreach (var check in job.Checks)
        {
            checks.Add(await DrillStatement.RunAsync(session, check, cancellation));
        }

        return new DrillFindings(took, categories, checks.ToImmutable());
    }

    private PostgresOptions At(string place, string database) => new PostgresOptions(
        new NpgsqlConnectionStringBuilder { Host = place, Port = 5432, Database = database, Username = options.Connection.Username }, null, null)
        .With(BackupMethod.Dump, options.BinDirectory, options.LockTimeout, spreadsCheckpoint: false, TimeSpan.Zero);

    private static async Task<string> OnlyDatabaseAsync(PostgresOptions server, CancellationToken cancellation)
    {
        await using var session = await PostgresSession.OpenAsync(server, cancellation);
        return await session.ScalarAsync<string>("SELECT datname FROM pg_database WHERE NOT datistemplate LIMIT 1", cancellation)
            ?? throw new DrillFailedException("pg_restore ended well and made no database");
    }

    /// <summary>A data directory is read by the server of its own major version alone.</summary>
    private async Task<string> ProgramsForAsync(string data, CancellationToken cancellation)
    {
        var wanted = (await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION"), cancellation)).Trim();
        return _tools.FindServer(wanted) ?? throw new DrillFailedException(
            $"a base backup of PostgreSQL {wanted} needs the server of that version, and there is none on this machine; install PostgreSQL {wanted}, or say where its programs are with bin-directory");
    }
}
