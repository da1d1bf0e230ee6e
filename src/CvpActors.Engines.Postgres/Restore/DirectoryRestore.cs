using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Backup;
using CvpActors.Files;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>Unpacks a base backup into a new data directory, each file flushed, for a server of the same major version to be started on.</summary>
internal static class DirectoryRestore
{
    private const int BufferBytes = 1 << 20;
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <remarks>Whether each file is what its manifest says was proven when the backup was made; that these are the same bytes, its checksum proves now.</remarks>
    /// <exception cref="BackupFailedException">It leads out of the directory.</exception>
    /// <exception cref="InvalidDataException">It is cut off, or no base backup; half a data directory may be there.</exception>
    public static void Run(string backup, string directory, RunContext run, CancellationToken cancellation)
    {
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

        Flush(root, cancellation);
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
    }

    /// <summary>All of it at the end: one after the other, each would wait for the disk's journal.</summary>
    private static void Flush(string root, CancellationToken cancellation)
    {
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            DurableFile.FlushBytes(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Prepend(root))
        {
            DirectorySync.Flush(folder);
        }
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
