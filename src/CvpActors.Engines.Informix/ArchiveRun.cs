using System.Text;
using CvpActors.Domain;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>One <c>ontape -s -L 0 -t STDIO</c> into a file: its own exit status, nobody at its input, and a watch on its progress.</summary>
internal sealed class ArchiveRun(InformixOptions options, InformixPrograms programs, MessageLog log, TimeProvider time)
{
    private const int KeptWords = 2000;
    private readonly StringBuilder _heard = new();
    private long _written;

    /// <summary>Writes the archive.</summary>
    /// <returns>Its length in bytes.</returns>
    /// <exception cref="BackupFailedException">ontape failed, or made no progress and was ended.</exception>
    public async Task<long> WriteAsync(string path, RunContext run, CancellationToken cancellation)
    {
        var watch = new StallWatch(options.StallAfter, time);
        var command = programs.Command("ontape", "-s", "-L", "0", "-t", "STDIO") with { Heard = Hear };
        try
        {
            var end = await watch.RunAsync(
                stop => ChildProcess.RunAsync(
                    command, (output, ct) => ChildStreams.WriteToAsync(output, path, bytes => Moved(bytes, run, watch), ct), child => run.Children.Started(new RunChild(child.ProcessId, child.Started)), stop),
                cancellation);
            if (end.ExitCode != 0)
            {
                throw new BackupFailedException($"ontape of {options.Server} ended with {end.ExitCode} after {InWords.OfBytes(_written)}: {Said()}. The server's message log since: {log.Last()}");
            }
        }
        catch (StalledException e)
        {
            throw new BackupFailedException(
                $"ontape of {options.Server} made no progress for {InWords.Of(options.StallAfter)} after {InWords.OfBytes(_written)} and was ended. A server whose logical logs are full waits like that until they are "
                + $"backed up (see LTAPEDEV, ontape -a), and so does ontape for an answer to a question such as \"Please mount tape\". It said: {Said()}. The server's message log since: {log.Last()}",
                e);
        }
        catch (Exception e) when (e is ChildStartException or IOException or UnauthorizedAccessException)
        {
            throw new BackupFailedException($"ontape of {options.Server} could not write {path}: {e.Message}", e);
        }

        return _written > 0
            ? _written
            : throw new BackupFailedException($"ontape of {options.Server} ended well and wrote nothing: there is no backup. It said: {Said()}");
    }

    private void Moved(long bytes, RunContext run, StallWatch watch)
    {
        _written = bytes;
        watch.Moved();
        run.Progress.Report(new RunProgress(bytes, 0, "bytes"));
    }

    private void Hear(string words)
    {
        lock (_heard)
        {
            _heard.Append(words);
            _heard.Remove(0, Math.Max(0, _heard.Length - KeptWords));
        }
    }

    private string Said()
    {
        lock (_heard)
        {
            return Words.OnOneLine(_heard.ToString()) is { Length: > 0 } said ? said : "nothing";
        }
    }
}
