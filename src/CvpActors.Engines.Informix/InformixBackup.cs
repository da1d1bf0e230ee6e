using CvpActors.Domain;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>
/// One backup: what speaks against it beforehand, the archive, and what proves it afterwards. The exit status alone proves nothing: with
/// TAPEDEV at <c>/dev/null</c> every official sign says success, and there is no archive.
/// </summary>
internal sealed class InformixBackup(InformixOptions options, InformixPrograms programs, InformixServer server, TimeProvider time)
{
    /// <exception cref="BackupFailedException">It was refused, failed, or is not proven.</exception>
    public async Task<long> RunAsync(string path, RunContext run, CancellationToken cancellation)
    {
        try
        {
            await RefuseAsync(cancellation);
            var log = MessageLog.Mark(await server.MessageLogPathAsync(cancellation));
            var begun = time.GetUtcNow();
            var written = await new ArchiveRun(options, programs, log, time).WriteAsync(path, run, cancellation);
            await ArchiveHeader.ReadAsync(path, cancellation);
            CompareWithLast(path, written);
            await ProveAsync(begun, cancellation);
            return log.FindAborted() is { } aborted
                ? throw new BackupFailedException($"the server's message log says that an archive was aborted while this one was written: \"{aborted}\"")
                : written;
        }
        catch (ReportingDatabaseException e)
        {
            throw new BackupFailedException(e.Message, e);
        }
    }

    /// <summary>Whether a TAPEDEV is the place where archives vanish.</summary>
    public static bool IsNowhere(string tapeDevice) =>
        tapeDevice.Length == 0 || tapeDevice.Trim('\'', '"') is "/dev/null" || string.Equals(tapeDevice.Trim('\'', '"').TrimEnd(':'), "NUL", StringComparison.OrdinalIgnoreCase);

    private async Task RefuseAsync(CancellationToken cancellation)
    {
        var state = await server.StateAsync(cancellation);
        if (!state.CanBeArchived)
        {
            throw new BackupFailedException($"{options.Server} is {state.Name} (\"{state.Said}\"); allowed for a backup: on-line or quiescent");
        }

        var tape = await server.ConfiguredAsync("TAPEDEV", cancellation);
        if (IsNowhere(tape))
        {
            throw new BackupFailedException(
                $"TAPEDEV of {options.Server} is {(tape.Length == 0 ? "not set, which is /dev/null" : tape)}: with it ontape succeeds, dbspaces count as archived, and there is no archive. "
                + $"Allowed: any device, file or folder, in {options.Onconfig}; CvpActors itself writes to its own backup directory");
        }

        var archives = await server.ArchivesAsync(cancellation);
        if (!archives.Ongoing.IsEmpty)
        {
            throw new BackupFailedException($"another archive of {options.Server} is under way ({string.Join(", ", archives.Ongoing)}, by onstat -g arc); allowed: one at a time");
        }
    }

    private void CompareWithLast(string path, long written)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var last = new[] { BackupNames.Current, BackupNames.Old }.Select(name => new FileInfo(Path.Combine(folder, name))).FirstOrDefault(file => file.Exists);
        if (last is not null && written < last.Length / 100.0 * options.LeastOfLastPercent)
        {
            throw new BackupFailedException(
                $"the archive has {InWords.OfBytes(written)} and the last backup {InWords.OfBytes(last.Length)}: less than {options.LeastOfLastPercent} % of it, which a whole archive hardly has. "
                + "If the database has shrunk so much, set informix.least-of-last lower for one night");
        }
    }

    private async Task ProveAsync(DateTimeOffset begun, CancellationToken cancellation)
    {
        var times = await server.LevelZeroAsync(cancellation);
        if (times.Dbspaces.IsEmpty)
        {
            throw new BackupFailedException($"{times.Source} of {options.Server} names no dbspace that was archived; the archive is not proven");
        }

        var missing = times.NotSince(begun).Select(space => $"{space.Name} ({(space.At is { } at ? $"{at:u}" : "never")})").ToList();
        if (missing.Count > 0)
        {
            throw new BackupFailedException(
                $"by {times.Source} of {options.Server} these dbspaces were not archived since this backup began at {begun:u}: {string.Join(", ", missing)}");
        }
    }
}
