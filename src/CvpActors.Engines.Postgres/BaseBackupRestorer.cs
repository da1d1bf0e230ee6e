using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Restore;
using CvpActors.Files;

namespace CvpActors.Engines.Postgres;

/// <summary>
/// Restores base backups of <see cref="PostgresEngine"/> into a new data directory on this machine, which has its name from one moment to the next. A running
/// server's own directory is never touched: whether and when it is stopped is no decision of a restore.
/// </summary>
public sealed class BaseBackupRestorer : IRestorer
{
    /// <summary>What a directory is called until it is published.</summary>
    private const string StagedSuffix = ".cvp-restoring";

    /// <inheritdoc/>
    public string Places => "the absolute path of a data directory that is not there yet, on this machine";

    /// <inheritdoc/>
    public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(target);
        IReadOnlyList<SpaceNeed> space = Directory.Exists(folder) ? [new SpaceNeed(folder, bytes, FreeSpace.At(folder)) { Disk = FileStatus.TryRead(folder)?.Device }] : [];
        return Task.FromResult(new PlaceToRestore(new RestorePlace(target, target == RestoreOrder.Live) { Problem = FindProblem(target) }, space));
    }

    /// <inheritdoc/>
    public Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation) => Task.Factory.StartNew<IStagedRestore>(
        () =>
        {
            ArgumentNullException.ThrowIfNull(run);
            if (FindProblem(target) is { } problem)
            {
                throw new RestoreFailedException(problem);
            }

            var staged = new StagedDirectory(Path.GetFullPath(target) + StagedSuffix, Path.GetFullPath(target));
            try
            {
                staged.Unpack(backup, run, cancellation);
                return staged;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or BackupFailedException)
            {
                throw new RestoreFailedException($"cannot restore {backup} to {target}: {e.Message}", e);
            }
        },
        cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation)
    {
        var staged = target + StagedSuffix;
        if (!Path.IsPathFullyQualified(target) || !Directory.Exists(staged))
        {
            return Task.FromResult<IReadOnlyList<string>>([]);
        }

        Directory.Delete(staged, recursive: true);
        return Task.FromResult<IReadOnlyList<string>>([$"removed {staged}, left by a restore that was cut short"]);
    }

    private string? FindProblem(string target) =>
        target == RestoreOrder.Live ? $"a base backup is a whole server, and a server that runs cannot be replaced; restore to a new place, stop the server, and start it on that. Allowed: {Places}"
        : !Path.IsPathFullyQualified(target) ? $"\"{target}\" is not a place to restore to; allowed: {Places}"
        : Path.GetDirectoryName(target) is not { } folder || !Directory.Exists(folder) ? $"there is no folder to make {target} in; make it, or name another place"
        : Path.Exists(target) ? $"{target} is there already; allowed: {Places}"
        : null;
}
