using System.Runtime.CompilerServices;
using System.Text;

namespace CvpActors.Processes;

/// <summary>What programs write and read, to and from files of ours.</summary>
public static class ChildStreams
{
    private const int PieceBytes = 256 * 1024;

    /// <summary>Writes a program's output into a new file that is nobody else's from its first byte on.</summary>
    /// <param name="output">The program's output.</param>
    /// <param name="path">The file; it must not be there.</param>
    /// <param name="written">Hears, with each piece, how many bytes there are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many bytes there were.</returns>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public static async Task<long> WriteToAsync(Stream output, string path, Action<long> written, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(written);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        var buffer = new byte[PieceBytes];
        var bytes = 0L;
        for (int read; (read = await output.ReadAsync(buffer, cancellation)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            bytes += read;
            written(bytes);
        }

        return bytes;
    }

    /// <summary>A file, for a program's input.</summary>
    /// <param name="path">The file.</param>
    /// <param name="taken">Hears how many bytes the program has taken, and how many there are.</param>
    /// <param name="cancellation">Hands no more on; the program is ended by whoever runs it.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(string path, Action<long, long> taken, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(taken);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[PieceBytes];
        var done = 0L;
        for (int read; (read = await file.ReadAsync(buffer, CancellationToken.None)) > 0 && !cancellation.IsCancellationRequested;)
        {
            yield return buffer.AsMemory(0, read);
            done += read;
            taken(done, file.Length);
        }
    }

    /// <summary>Keeps the last of what a program prints.</summary>
    /// <param name="output">The program's output.</param>
    /// <param name="kept">Where it is kept.</param>
    /// <param name="characters">How much.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task KeepLastAsync(Stream output, StringBuilder kept, int characters, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kept);
        using var reader = new StreamReader(output);
        var buffer = new char[1024];
        for (int read; (read = await reader.ReadAsync(buffer, cancellation)) > 0;)
        {
            kept.Append(buffer, 0, read);
            kept.Remove(0, Math.Max(0, kept.Length - characters));
        }
    }
}
