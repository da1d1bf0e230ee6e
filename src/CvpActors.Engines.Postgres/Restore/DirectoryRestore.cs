using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Backup;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>Unpacks a base backup into a new data directory, each file flushed, for a server of the same major version to be started on.</summary>
internal static class DirectoryRestore
{
    private const int BufferBytes = 1 << 20;
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="BackupFailedException">The backup is not whole, and half a data directory may be there.</exception>
    public static void Run(string backup, string directory, RunContext run, CancellationToken cancellation)
    {
        BaseBackup.Verify(backup, cancellation);
        MakeFolder(directory);
        using var stream = new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;
        var buffer = new byte[BufferBytes];
        while (TarArchive.ReadHeader(stream, buffer) is { } entry)
        {
            var path = Path.GetFullPath(Path.Combine(root, entry.Name));
            if (!$"{path}{Path.DirectorySeparatorChar}".StartsWith(root, StringComparison.Ordinal))
            {
                throw new BackupFailedException($"{entry.Name} in {backup} leads out of the data directory");
            }

            if (entry.Type == '5')
            {
                MakeFolder(path);
                continue;
            }

            MakeFolder(Path.GetDirectoryName(path)!);
            WriteFile(stream, path, entry.Bytes, buffer, cancellation);
            stream.Position += TarArchive.Padding(entry.Bytes);
            run.Progress.Report(new RunProgress(stream.Position, stream.Length, "bytes"));
        }
    }

    private static void WriteFile(FileStream stream, string path, long bytes, byte[] buffer, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }

        using var file = new FileStream(path, options);
        for (var left = bytes; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = (int)Math.Min(left, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
            file.Write(buffer, 0, part);
            left -= part;
        }

        file.Flush(flushToDisk: true);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnersFolder);
        }
    }
}
