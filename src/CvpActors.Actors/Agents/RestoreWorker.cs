using Akka.Actor;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>
/// Makes one restore: has the engine make ready beside the target, proves the source by its checksum, purges again what had been purged, and only
/// then puts it into place. Whatever ends it before that leaves the target as it was.
/// </summary>
public sealed class RestoreWorker(MaintainedDatabase database, RunContext run, RestoreOrder order, PurgedUpTo? told, IGenerationSource? generations, TimeProvider time)
    : Worker(database, run)
{
    /// <summary>How to create the worker of one run.</summary>
    public static Props Props(MaintainedDatabase database, RunContext run, RestoreOrder order, PurgedUpTo? told, IGenerationSource? generations, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RestoreWorker(database, run, order, told, generations, time));

    /// <summary>The database need not be there: that may be why it is restored. The engine looks at the target itself.</summary>
    protected override Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task<Outcome> WorkAsync(CancellationToken cancellation)
    {
        if (Database is not { Restorer: { } restorer, Shelf: { } shelf })
        {
            throw new RestoreFailedException($"{Database.Engine.Name} has no way to restore {Database.Id}");
        }

        await RestoreRemains.TidyUpAsync(Database, cancellation);
        try
        {
            var purges = order.ReapplyPurges ? RestorePurges.Of(Database, told) : null;
            await RefuseWhatCannotBeAsync(restorer, shelf, purges, cancellation);
            shelf.Begin(order.Target);
            try
            {
                return new Outcome(AttemptState.Succeeded) { Restore = await RestoreAsync(restorer, shelf, purges, cancellation) };
            }
            finally
            {
                shelf.End();
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RestoreFailedException($"the restore of {Database.Id} failed: {cause.Message}", cause);
        }
    }

    private async Task RefuseWhatCannotBeAsync(IRestorer restorer, IRestoreShelf shelf, RestorePurges? purges, CancellationToken cancellation)
    {
        var (place, space) = await restorer.LookAtAsync(order.Target, order.Bytes, purges?.IsNeeded ?? false, cancellation);
        var needs = IsRemote ? SpaceNeed.Sum([.. space, shelf.SpaceFor(order.Bytes)]) : space;
        var problem = place.Problem ?? (place.IsLive && !order.OverLive ? $"{order.Target} is the live database now, and was not when this was planned" : null) ?? SpaceNeed.ProblemOf(needs);
        if (problem is not null)
        {
            throw new RestoreFailedException(problem);
        }
    }

    private async Task<RestoreResult> RestoreAsync(IRestorer restorer, IRestoreShelf shelf, RestorePurges? purges, CancellationToken cancellation)
    {
        var backup = IsRemote ? await FetchAsync(shelf, cancellation) : LocalFile(shelf);
        var purge = purges is { IsNeeded: true };
        await using var staged = await ProvenStage.MakeAsync(restorer, backup, order, purge, Run, cancellation);
        var result = new RestoreResult(order.Source, order.Generation, order.Target, order.Bytes) { NotPurgedAgain = NotPurged(purges, staged) };
        var purger = purge ? staged.Purger : null;
        if (purger is not null && !staged.PurgesInPlace)
        {
            result = result with { PurgedAgain = await PurgeAsync(purger, purges!, cancellation) };
        }

        result = result with { Note = await staged.PublishAsync(Run, cancellation) };
        return purger is not null && staged.PurgesInPlace ? result with { PurgedAgain = await PurgeInPlaceAsync(purger, purges!, cancellation) } : result;
    }

    private bool IsRemote => RestoreSource.TryParse(order.Source)?.Remote is not null;

    private static string? NotPurged(RestorePurges? purges, IStagedRestore staged)
    {
        var unable = purges is { IsNeeded: true } && staged.Purger is null ? $"what had been purged is there again: {staged.WhyNotPurged}" : null;
        return purges is null ? "what purges had deleted since is there again, as was asked for"
            : purges.Lost is null ? unable
            : unable is null ? purges.Lost
            : $"{unable}; {purges.Lost}";
    }

    private string LocalFile(IRestoreShelf shelf)
    {
        // Since it was planned the two files may have been rotated: it is the generation that was confirmed, not the name.
        var file = Database.Reader.List().FirstOrDefault(f => f.Manifest.Generation == order.Generation && f.Manifest.Sha256 == order.Sha256)
            ?? throw new RestoreFailedException($"generation {order.Generation} of {Database.Id} is here no more: a later backup has taken its place; ask again, or restore it from a remote");
        return shelf.PathOf(file.Name);
    }

    private async Task<string> FetchAsync(IRestoreShelf shelf, CancellationToken cancellation)
    {
        var remote = RestoreSource.TryParse(order.Source)!.Remote!;
        try
        {
            await using var output = shelf.CreateFetched();
            await (generations ?? throw new RestoreFailedException("this node has no way to remotes"))
                .FetchAsync(remote, Database.Id, new WantedGeneration(order.Generation, order.Bytes), output, Run.Progress, cancellation);
        }
        catch (GenerationUnavailableException cause)
        {
            throw new RestoreFailedException(cause.Message, cause);
        }

        return shelf.FetchedFile;
    }

    /// <summary>Just as far as purges had gone, and no further: rows dated later are none of its business, whatever the configuration says now.</summary>
    private async Task<PurgeResult> PurgeAsync(IPurger purger, RestorePurges purges, CancellationToken cancellation)
    {
        var asOf = Run.RetentionCountsFrom(time.GetUtcNow());
        try
        {
            return await purger.PurgeAsync(Database.Plan.UpTo(purges.Known, asOf), dryRun: false, Run with { GrantedAt = asOf, Progress = NoProgress.Instance }, cancellation);
        }
        catch (PurgeStoppedException stopped) when (stopped.InnerException is ReportingDatabaseException cause)
        {
            throw new RestoreFailedException(
                $"what had been purged since generation {order.Generation} cannot be purged from it again: {cause.Message}. To have it restored with those rows, ask with reapplyPurges = false", cause);
        }
        catch (PurgeStoppedException stopped) when (stopped.InnerException is OperationCanceledException or FencedException)
        {
            // It was the copy's rows that went, not the database's.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(stopped.InnerException);
            throw;
        }
    }

    private async Task<PurgeResult> PurgeInPlaceAsync(IPurger purger, RestorePurges purges, CancellationToken cancellation)
    {
        try
        {
            return await PurgeAsync(purger, purges, cancellation);
        }
        catch (RestoreFailedException cause)
        {
            throw new RestoreFailedException($"generation {order.Generation} is restored to {order.Target}, but {cause.Message}", cause);
        }
    }
}
