using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Command;

/// <summary>One restore by a program.</summary>
internal sealed class CommandRestore(CommandOptions options, TimeProvider time, string backup, string target) : IStagedRestore
{
    public IPurger? Purger => WhyNotPurged is null ? new CommandPurger(options, time, target) : null;

    public bool PurgesInPlace => true;

    public string? WhyNotPurged =>
        options.Purge.IsEmpty ? "there is no command.purge"
        : target == RestoreOrder.Live || CommandRestorer.NamesTarget(options.Purge) ? null
        : "command.purge has no place for {restore-target}, so it works on the live database only";

    public async Task<string?> PublishAsync(RunContext run, CancellationToken cancellation)
    {
        run.CommitPoint("the restore");
        var command = new CommandEngine(options).ForRun(run).With("file", backup).With(CommandRestorer.TargetName, target).Fill(options.Restore);
        var readsItself = options.Restore.Any(argument => argument.Contains(CommandEngine.FilePlace, StringComparison.Ordinal));
        try
        {
            var left = new FileInfo(backup).Length;
            var input = ChildStreams.ReadAsync(backup, (done, total) =>
            {
                left = total - done;
                run.Progress.Report(new RunProgress(done, total, "bytes"));
            }, CancellationToken.None);
            var end = await ChildProcess.RunAsync(readsItself ? command : command with { Input = input }, (output, stop) => output.CopyToAsync(Stream.Null, stop), child => CommandEngine.Keep(run, child), cancellation);
            if (end.ExitCode != 0)
            {
                throw new RestoreFailedException($"{command.Program} ended with {end.ExitCode} while it restored to {target}: {CommandEngine.Said(end)}; in what state the target is, only that program knows");
            }

            return readsItself || left == 0
                ? (string?)null
                : throw new RestoreFailedException($"{command.Program} ended well and did not read all of the backup; allowed: a program that restores what it gets on its standard input, or the file in place of {CommandEngine.FilePlace}");
        }
        catch (Exception cause) when (cause is ChildStartException or IOException or UnauthorizedAccessException)
        {
            throw new RestoreFailedException(cause.Message, cause);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
