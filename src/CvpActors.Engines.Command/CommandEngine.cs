using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Command;

/// <summary>A database that a program of its vendor or of the administrator dumps.</summary>
/// <param name="options">The programs.</param>
public sealed class CommandEngine(CommandOptions options) : IDatabaseEngine
{
    /// <summary>What the configuration calls this engine.</summary>
    public const string EngineName = "command";

    internal const string FilePlace = "{file}";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IReadOnlyList<string> SideFileSuffixes => [];

    /// <inheritdoc/>
    /// <remarks>Only the programs are looked for: what they dump they know alone.</remarks>
    public Task CheckAsync(CancellationToken cancellation)
    {
        foreach (var line in new[] { options.Backup, options.Verify, options.Purge, options.Restore })
        {
            if (!line.IsEmpty && ChildProcess.Find(line[0]) is null)
            {
                throw new ReportingDatabaseException($"there is no program \"{line[0]}\" on this machine");
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        var command = ForRun(run).With("file", path).Fill(options.Backup);
        var writesItself = options.Backup.Any(argument => argument.Contains(FilePlace, StringComparison.Ordinal));
        var end = await RunAsync(
            command,
            (output, stop) => writesItself ? output.CopyToAsync(Stream.Null, stop) : ChildStreams.WriteToAsync(output, path, bytes => run.Progress.Report(new RunProgress(bytes, 0, "bytes")), stop),
            child => Keep(run, child),
            cancellation);
        if (end.ExitCode != 0)
        {
            throw new BackupFailedException($"{command.Program} ended with {end.ExitCode}: {Said(end)}");
        }

        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            throw new BackupFailedException(
                $"{command.Program} ended well and wrote nothing; allowed: a program that writes the dump to its standard output, or into the file in place of {FilePlace}");
        }
    }

    /// <inheritdoc/>
    public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation)
    {
        if (options.Verify.IsEmpty)
        {
            return null;
        }

        // It reads the dump and nothing else: one that outlives this process does no harm.
        var command = new CommandLine(options).With("file", path).Fill(options.Verify);
        var end = await RunAsync(command, (output, stop) => output.CopyToAsync(Stream.Null, stop), _ => { }, cancellation);
        if (end.ExitCode != 0)
        {
            throw new BackupFailedException($"the dump does not verify: {command.Program} ended with {end.ExitCode}: {Said(end)}");
        }

        return Verification.Full;
    }

    internal static string Said(ChildEnd end) => end.Errors.Length > 0 ? end.Errors : "it said nothing on its standard error";

    internal static void Keep(RunContext run, ChildIdentity child) => run.Children.Started(new RunChild(child.ProcessId, child.Started));

    internal CommandLine ForRun(RunContext run) => new CommandLine(options)
        .With("database", run.Database)
        .With("attempt", run.AttemptId)
        .With("token", FormattableString.Invariant($"{run.Token}"));

    private static async Task<ChildEnd> RunAsync(
        ChildCommand command, Func<Stream, CancellationToken, Task> output, Action<ChildIdentity> started, CancellationToken cancellation)
    {
        try
        {
            return await ChildProcess.RunAsync(command, output, started, cancellation);
        }
        catch (Exception e) when (e is ChildStartException or IOException or UnauthorizedAccessException)
        {
            throw new BackupFailedException(e.Message, e);
        }
    }
}
