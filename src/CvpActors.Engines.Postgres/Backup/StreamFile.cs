using CvpActors.Domain.Running;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>Writes a program's output into a file that is nobody else's from its first byte on.</summary>
internal static class StreamFile
{
    private const int BufferBytes = 256 * 1024;

    /// <returns>How many bytes there were.</returns>
    public static async Task<long> WriteAsync(Stream output, string path, RunContext run, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        var buffer = new byte[BufferBytes];
        var written = 0L;
        for (int read; (read = await output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            written += read;
            run.Progress.Report(new RunProgress(written, 0, "bytes"));
        }

        return written;
    }
}
