using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Processes;
using Npgsql;
using Npgsql.Replication;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>
/// The whole server by <c>pg_basebackup</c>: one tar stream, uncompressed, that ends with the WAL which makes it consistent and with the manifest
/// that says what belongs to it.
/// </summary>
/// <remarks>
/// In one stream the WAL can only be fetched at the end, when the server may have recycled it. So a temporary replication slot keeps it, which the
/// server drops by itself when this process ends in whatever way.
/// </remarks>
internal sealed class BaseBackup(PostgresOptions options, PostgresTools tools)
{
    /// <exception cref="BackupFailedException">The program failed, or wrote nothing.</exception>
    public async Task WriteAsync(string path, RunContext run, CancellationToken cancellation)
    {
        await using var slot = await KeepWalAsync(run, cancellation);
        long written = 0;
        await tools.RunAsync(
            "pg_basebackup",
            [
                "--pgdata=-", "--format=tar", "--wal-method=fetch", options.SpreadsCheckpoint ? "--checkpoint=spread" : "--checkpoint=fast", "--no-password",
                "--manifest-checksums=CRC32C", FormattableString.Invariant($"--label=CvpActors {run.Database} {run.Token}"),
            ],
            async (output, stop) => written = await ChildStreams.WriteToAsync(output, path, bytes => run.Progress.Report(new RunProgress(bytes, 0, "bytes")), stop),
            run,
            cancellation);
        if (written == 0)
        {
            throw new BackupFailedException("pg_basebackup ended well and wrote nothing");
        }
    }

    /// <summary>
    /// Proves what <c>pg_verifybackup</c> proves of an unpacked backup, without unpacking it: that each file of the manifest is there with its length
    /// and checksum and no other file is, that the manifest itself is whole, and that the WAL is there, record by record, from the backup's start to its end.
    /// </summary>
    /// <exception cref="BackupFailedException">It is not; says what was found first.</exception>
    public static Verification Verify(string path, CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan);
            var archive = TarArchive.Read(file, cancellation);
            var manifest = ServerManifest.Read(archive.Manifest);
            manifest.Compare(archive.Files);
            foreach (var range in manifest.WalRanges)
            {
                new WalChain(file, archive.Files, range).Check(cancellation);
            }

            return Verification.Full;
        }
        catch (InvalidDataException e)
        {
            throw new BackupFailedException($"the dump does not verify: {e.Message}", e);
        }
    }

    private async Task<PhysicalReplicationConnection> KeepWalAsync(RunContext run, CancellationToken cancellation)
    {
        var connection = new PhysicalReplicationConnection(options.Connection.ConnectionString);
        try
        {
            await connection.Open(cancellation);
            await connection.CreateReplicationSlot(
                FormattableString.Invariant($"cvp_actors_{run.Token}_{Guid.NewGuid():n}"), isTemporary: true, reserveWal: true, cancellation);
            return connection;
        }
        catch (NpgsqlException e)
        {
            await connection.DisposeAsync();
            throw new BackupFailedException(
                $"the server keeps no WAL for a base backup: {(e is PostgresException refused ? refused.MessageText : e.Message)}; allowed: a role with REPLICATION, and a free place in max_replication_slots and max_wal_senders", e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
