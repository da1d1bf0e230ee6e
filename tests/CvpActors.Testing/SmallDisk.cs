using System.Diagnostics;

namespace CvpActors.Testing;

/// <summary>A small file system in memory, for what happens when a disk is full. Mounting one needs root.</summary>
public sealed class SmallDisk : IDisposable
{
    private const string Ballast = "ballast";

    /// <summary>Mounts it.</summary>
    /// <param name="directory">Where; it must be there.</param>
    /// <param name="size">As tmpfs reads it, such as <c>6m</c>.</param>
    public SmallDisk(string directory, string size)
    {
        Path = directory;
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", directory);
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Leaves no room for a byte.</summary>
    public void FillUp()
    {
        using var ballast = new FileStream(System.IO.Path.Combine(Path, Ballast), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var page = new byte[4096];
        var room = true;
        while (room)
        {
            try
            {
                ballast.Write(page);
            }
            catch (IOException)
            {
                room = false;
            }
        }
    }

    /// <summary>Takes away what filled it.</summary>
    public void MakeRoom() => File.Delete(System.IO.Path.Combine(Path, Ballast));

    /// <inheritdoc/>
    public void Dispose() => Run("umount", "-l", Path);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"this test needs root and a system that mounts tmpfs; {program} said: {error}");
        }
    }
}
