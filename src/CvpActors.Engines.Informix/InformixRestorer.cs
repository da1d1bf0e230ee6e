using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>Restores what ontape wrote to where it came from: an archive knows no other place than its server's own chunks.</summary>
/// <param name="options">The server.</param>
/// <param name="time">For waits, the watch on progress and the purge of what is restored.</param>
public sealed class InformixRestorer(InformixOptions options, TimeProvider time) : IRestorer
{
    /// <inheritdoc cref="InformixRestore.ChangesWithin"/>
    public TimeSpan ChangesWithin { get; init; } = InformixRestore.DefaultChangesWithin;

    /// <inheritdoc/>
    public string Places => $"{RestoreOrder.Live}, which is the whole server {options.Server}";

    /// <inheritdoc/>
    public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    /// <remarks>It needs no room but the chunks, which are there.</remarks>
    public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation)
    {
        var place = new RestorePlace(target, target == RestoreOrder.Live)
        {
            Problem = FindProblem(target),
            Replaces = target == RestoreOrder.Live ? $"all databases of the server {options.Server}, which is taken off-line for it; once ontape has begun, the way back is another restore" : null,
        };
        return Task.FromResult(new PlaceToRestore(place, []));
    }

    /// <inheritdoc/>
    /// <remarks>There is no copy beside the target: what can be checked before is checked here, and all the rest is its publication.</remarks>
    public async Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation)
    {
        if (FindProblem(target) is { } problem)
        {
            throw new RestoreFailedException(problem);
        }

        try
        {
            await ArchiveHeader.ReadAsync(backup, cancellation);
        }
        catch (BackupFailedException e)
        {
            throw new RestoreFailedException($"{e.Message}; nothing was touched", e);
        }

        return new StagedArchive(backup, new InformixRestore(options, time) { ChangesWithin = ChangesWithin }, new InformixPurger(options, time));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

    private string? FindProblem(string target) =>
        target == RestoreOrder.Live ? null : $"an archive of Informix cannot be restored to \"{target}\"; allowed: {Places}";

    private sealed class StagedArchive(string backup, InformixRestore restore, InformixPurger purger) : IStagedRestore
    {
        public IPurger? Purger => purger;

        public bool PurgesInPlace => true;

        public string? WhyNotPurged => null;

        public async Task<string?> PublishAsync(RunContext run, CancellationToken cancellation)
        {
            await restore.RunAsync(backup, run, cancellation);
            return "logical logs were not rolled forward: what was written since the backup is gone";
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
