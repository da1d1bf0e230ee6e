namespace CvpActors.Benchmarks.Support;

/// <summary>Where a benchmark's data goes; removed when disposed.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private readonly string _path;

    private WorkDirectory(string path) => _path = path;

    /// <exception cref="ArgumentsException">The directory is in memory, or has not enough room.</exception>
    public static WorkDirectory Create(Arguments arguments, long megabytesNeeded)
    {
        var parent = Path.GetFullPath(arguments.Text("directory") ?? Path.GetTempPath());
        Directory.CreateDirectory(parent);
        var drive = DriveInfo.GetDrives()
            .Where(d => parent.StartsWith(d.Name, StringComparison.Ordinal))
            .MaxBy(d => d.Name.Length)!;
        if (drive.DriveFormat is "tmpfs" or "ramfs")
        {
            throw new ArgumentsException($"{parent} is in memory ({drive.DriveFormat}), where a flush costs nothing; choose a --directory on a disk");
        }

        var free = drive.AvailableFreeSpace >> 20;
        if (free < megabytesNeeded)
        {
            throw new ArgumentsException($"{parent} has {free} MB free and {megabytesNeeded} are needed; choose another --directory or a smaller size");
        }

        var path = Path.Combine(parent, $"cvp-benchmark-{Environment.ProcessId}");
        Directory.CreateDirectory(path);
        Console.WriteLine($"data in {path} ({drive.DriveFormat})");
        return new WorkDirectory(path);
    }

    public string File(string name) => Path.Combine(_path, name);

    public string Sub(string name) => Directory.CreateDirectory(File(name)).FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
