using System.Collections.Immutable;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Command;

/// <summary>
/// Restores by a program, which gets the backup on its standard input and the target in <c>CVP_RESTORE_TARGET</c> (and for <c>{target}</c> among its
/// arguments). What a target means only the program knows, and so does whether the live database is as it was after a failure.
/// </summary>
/// <param name="options">The programs.</param>
/// <param name="time">For the purge of what is restored.</param>
public sealed class CommandRestorer(CommandOptions options, TimeProvider time) : IRestorer
{
    internal const string TargetName = "restore-target";

    private const string TargetPlace = "{restore-target}";

    /// <inheritdoc/>
    public string Places => "a text that the program of command.restore understands";

    /// <inheritdoc/>
    public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation) => Task.FromResult<string?>(FormattableString.Invariant($"restored_{generation}"));

    /// <inheritdoc/>
    public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation)
    {
        var live = target == RestoreOrder.Live;
        var place = new RestorePlace(target, live)
        {
            Problem = FindProblem(target),
            Replaces = live ? $"whatever {options.Restore[0]} replaces when {Variable} is {RestoreOrder.Live}" : null,
        };
        return Task.FromResult(new PlaceToRestore(place, []));
    }

    /// <inheritdoc/>
    /// <remarks>There is no copy beside the target: all that the program does it does at its publication.</remarks>
    public Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation) =>
        FindProblem(target) is { } problem
            ? throw new RestoreFailedException(problem)
            : Task.FromResult<IStagedRestore>(new CommandRestore(options, time, backup, target));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

    private static string Variable => CommandLine.VariableOf(TargetName);

    /// <summary>Whether a command says by its arguments which database it works on.</summary>
    internal static bool NamesTarget(ImmutableArray<string> line) => line.Any(argument => argument.Contains(TargetPlace, StringComparison.Ordinal));

    private string? FindProblem(string target) =>
        target.Length == 0 || target.Any(char.IsControl) ? $"the target is empty or has characters that are none; allowed: {Places}"
        : ChildProcess.Find(options.Restore[0]) is null ? $"there is no program \"{options.Restore[0]}\" on this machine"
        : null;
}
