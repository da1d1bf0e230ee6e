using CvpActors.Domain.Running;

namespace CvpActors.Engines.Command;

/// <summary>A backup on its way into a program.</summary>
internal sealed class BackupInput(string path, RunContext run)
{
    private const int PieceBytes = 128 * 1024;

    /// <summary>Whether the program has taken all of it.</summary>
    public bool WasReadToEnd { get; private set; }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync()
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, PieceBytes, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = new byte[PieceBytes];
        var done = 0L;
        for (int read; (read = await file.ReadAsync(buffer)) > 0;)
        {
            yield return buffer.AsMemory(0, read);
            done += read;
            run.Progress.Report(new RunProgress(done, file.Length, "bytes"));
        }

        WasReadToEnd = true;
    }
}
