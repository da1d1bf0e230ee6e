using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Processes;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>
/// One database by <c>pg_dump</c>, in the custom format and uncompressed.
/// </summary>
/// <remarks>
/// Uncompressed, because what is shipped every night is what differs from the night before, and a compressed stream differs from its first
/// change on. Custom and not plain text, because the vendor's own <c>pg_restore</c> reads it through to the end and restores from it with
/// several workers or in part. <c>backup --engine postgres</c> of the benchmarks prints what either costs to ship.
/// </remarks>
internal sealed class DatabaseDump(PostgresOptions options, PostgresTools tools)
{
    /// <exception cref="BackupFailedException">The program failed, or wrote nothing.</exception>
    public async Task WriteAsync(string path, RunContext run, CancellationToken cancellation)
    {
        long written = 0;
        await tools.RunAsync(
            "pg_dump",
            ["--format=custom", "--compress=0", "--no-password", FormattableString.Invariant($"--lock-wait-timeout={options.LockTimeout.TotalMilliseconds:0}")],
            async (output, stop) => written = await ChildStreams.WriteToAsync(output, path, bytes => run.Progress.Report(new RunProgress(bytes, 0, "bytes")), stop),
            run,
            cancellation);
        if (written == 0)
        {
            throw new BackupFailedException("pg_dump ended well and wrote nothing");
        }
    }

    /// <summary>Has <c>pg_restore</c> read every block of every table as a restore would, and throw away what it makes of it.</summary>
    /// <exception cref="BackupFailedException">It ends too early, or is damaged in its structure.</exception>
    public async Task<Verification> VerifyAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await tools.RunAsync("pg_restore", ["--file=/dev/null", path], (output, stop) => output.CopyToAsync(Stream.Null, stop), null, cancellation);
        }
        catch (BackupFailedException e)
        {
            throw new BackupFailedException($"the dump does not verify: {e.Message}", e);
        }

        return Verification.Full;
    }
}
