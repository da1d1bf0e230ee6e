using System.Text;
using CvpActors.Domain;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Brings the whole server back to a backup: off-line (<c>onmode -ky</c>), the archive from standard input (<c>ontape -p -t STDIO</c>), on-line
/// (<c>onmode -m</c>). The state is looked at after each step, and no step is taken from a state that the one before should not have left.
/// </summary>
/// <remarks>
/// The archive replaces the chunks in place: from the moment ontape begins, what was there before is gone, so all that can be checked is checked
/// before the server is taken off-line. Logs are not rolled forward: the result is the moment of the archive. It must be the same server, version and chunk paths.
/// </remarks>
/// <param name="options">The server.</param>
/// <param name="time">For waits and the watch on progress.</param>
internal sealed class InformixRestore(InformixOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly InformixPrograms _programs = new(options, time);

    /// <summary>How long the server may take from one state to the next: a recovery of a large one lasts minutes.</summary>
    public TimeSpan ChangesWithin { get; init; } = DefaultChangesWithin;

    /// <summary>Unless a test says otherwise.</summary>
    public static TimeSpan DefaultChangesWithin { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Restores a backup over the live server.</summary>
    /// <param name="backupFile">A level-0 archive that ontape wrote to its standard output, whose header was read.</param>
    /// <param name="run">The run; asked before the server is taken off-line, and before the archive replaces anything. Hears each step and all that ontape says, as it comes.</param>
    /// <param name="cancellation">Ends it; once ontape has begun the server's data are then neither the old nor the restored, and that is told.</param>
    /// <exception cref="ReportingDatabaseException">A step failed; the message says which, what state the server is in, and the way out.</exception>
    public async Task RunAsync(string backupFile, RunContext run, CancellationToken cancellation)
    {
        var tell = run.Tell;
        var state = await StateAsync(cancellation);
        tell($"{options.Server} is {state.Name}");
        if (state.Mode != ServerMode.OffLine)
        {
            run.CommitPoint("onmode -ky");
            tell("onmode -ky: takes the server off-line");
            await ModeAsync("-ky", [ServerMode.OffLine], "nothing was restored; see the message log, and take it off-line by hand", tell, cancellation);
        }

        run.CommitPoint("ontape -p");
        tell($"ontape -p -t STDIO: restores {backupFile}");
        await ReplaceAsync(backupFile, run, tell, cancellation);
        await AwaitAsync([ServerMode.Quiescent, ServerMode.Recovery, ServerMode.Backup, ServerMode.OnLine], "after ontape -p", AfterFailure, tell, cancellation);
        tell("onmode -m: takes the server on-line");
        await ModeAsync("-m", [ServerMode.OnLine], "the archive is restored; see the message log, and run onmode -m by hand", tell, cancellation);
    }

    private const string AfterFailure = "the server's data are neither the old nor the restored: restore again, from this or another backup, before it is used";

    private async Task ReplaceAsync(string backupFile, RunContext run, Action<string> tell, CancellationToken cancellation)
    {
        var watch = new StallWatch(options.StallAfter, time);
        var lines = new ToldLines(line =>
        {
            watch.Moved();
            tell(line);
        });
        var bytes = ChildStreams.ReadAsync(backupFile, (done, total) =>
        {
            watch.Moved();
            run.Progress.Report(new RunProgress(done, total, "bytes"));
        }, cancellation);
        var command = _programs.Command("ontape", "-p", "-t", "STDIO") with { Input = bytes, Heard = lines.Hear };
        try
        {
            var end = await watch.RunAsync(
                stop => ChildProcess.RunAsync(command, (output, ct) => lines.ReadAsync(output, ct), child => run.Children.Started(new RunChild(child.ProcessId, child.Started)), stop),
                cancellation);
            lines.Flush();
            if (end.ExitCode != 0)
            {
                throw new ReportingDatabaseException($"ontape -p of {options.Server} ended with {end.ExitCode}: {lines.Last}; {AfterFailure}");
            }
        }
        catch (StalledException e)
        {
            throw new ReportingDatabaseException(
                $"ontape -p of {options.Server} made no progress for {InWords.Of(options.StallAfter)} and was ended; it said last: {lines.Last}; {AfterFailure}", e);
        }
        catch (OperationCanceledException)
        {
            tell($"cancelled: {AfterFailure}");
            throw;
        }
        catch (Exception e) when (e is ChildStartException or IOException or UnauthorizedAccessException)
        {
            throw new ReportingDatabaseException($"the archive could not be given to ontape -p of {options.Server}: {e.Message}; {AfterFailure}", e);
        }
    }

    private async Task ModeAsync(string option, ServerMode[] wanted, string wayOut, Action<string> tell, CancellationToken cancellation)
    {
        var end = await _programs.AskAsync("onmode", [option], cancellation);
        if (end.ExitCode != 0)
        {
            throw new ReportingDatabaseException($"onmode {option} of {options.Server} ended with {end.Status}: {end.Said}; {wayOut}");
        }

        await AwaitAsync(wanted, $"after onmode {option}", wayOut, tell, cancellation);
    }

    private async Task AwaitAsync(ServerMode[] wanted, string when, string wayOut, Action<string> tell, CancellationToken cancellation)
    {
        for (var begun = time.GetTimestamp(); ;)
        {
            var state = await StateAsync(cancellation);
            if (wanted.Contains(state.Mode))
            {
                tell($"{options.Server} is {state.Name}");
                return;
            }

            if (time.GetElapsedTime(begun) > ChangesWithin)
            {
                throw new ReportingDatabaseException($"{options.Server} is {state.Name} {InWords.Of(ChangesWithin)} {when} (\"{state.Said}\"); {wayOut}");
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    private async Task<ServerState> StateAsync(CancellationToken cancellation) => ServerState.Of(await _programs.AskAsync("onstat", ["-"], cancellation));
}

/// <summary>Makes whole lines of what a program says in pieces, on both of its outputs.</summary>
internal sealed class ToldLines(Action<string> tell)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _open = new();

    /// <summary>The last line.</summary>
    public string Last { get; private set; } = "nothing";

    public void Hear(string piece)
    {
        lock (_gate)
        {
            foreach (var c in piece)
            {
                if (c == '\n')
                {
                    Tell();
                }
                else
                {
                    _open.Append(c);
                }
            }
        }
    }

    public async Task ReadAsync(Stream output, CancellationToken cancellation)
    {
        using var reader = new StreamReader(output, Encoding.Latin1);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            Hear(line + "\n");
        }
    }

    /// <summary>Tells what has no line end yet.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            Tell();
        }
    }

    private void Tell()
    {
        var line = Words.OnOneLine(_open.ToString());
        _open.Clear();
        if (line.Length > 0)
        {
            Last = line;
            tell(line);
        }
    }
}
