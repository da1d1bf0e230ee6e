using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>
/// One drill: looks whether there is room, holds or fetches the generation, proves its checksum, has the engine restore it into a place of its own, judges what was
/// seen, and removes it all. It takes no lock: what it reads has a second name, and what it writes is its own.
/// </summary>
internal sealed class Drill(MaintainedDatabase database, StartDrill order, IGenerationSource? generations, Action<string> tell, TimeProvider time)
{
    private static readonly TimeSpan LookAtSpaceEvery = TimeSpan.FromSeconds(1);

    private FoundBackup? _found;

    /// <returns>How it ended, also when it failed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; what it has left is removed.</exception>
    public async Task<DrillOutcome> RunAsync(CancellationToken cancellation)
    {
        try
        {
            return await TryAsync(cancellation);
        }
        catch (Exception cause) when (cause is DrillFailedException or ReportingDatabaseException or GenerationUnavailableException or IOException or UnauthorizedAccessException)
        {
            return Failed(cause.Message);
        }
    }

    private DrillOutcome Failed(string error) => new(error) { Generation = _found?.Generation, Bytes = _found?.Bytes ?? 0 };

    private async Task<DrillOutcome> TryAsync(CancellationToken cancellation)
    {
        if (database is not { Driller: { } driller, DrillShelf: { } shelf })
        {
            throw new DrillFailedException($"{database.Engine.Name} has no way to restore {database.Id} into a place that is thrown away");
        }

        if (RestoreSource.TryParse(order.Source) is not { } source)
        {
            throw new DrillFailedException($"\"{order.Source}\" is no source; allowed: old, or remote:NAME");
        }

        // First what a killed one has left: it may be what lacks room.
        shelf.TidyUp();
        var (found, refused) = await RestoreSourceFinder.FindAsync(database, source, generations, cancellation);
        _found = found ?? throw new DrillFailedException(refused!.Reason);
        var needed = driller.SpaceFor(_found.Bytes) + (source.Remote is null ? 0 : _found.Bytes);
        if (DrillSpace.ProblemOf(shelf.SpaceFor(DrillSpace.WithMargin(needed))) is { } problem)
        {
            throw new DrillFailedException(problem);
        }

        var place = shelf.Begin(order.AttemptId);
        try
        {
            return await InPlaceAsync(driller, shelf, place, source, cancellation);
        }
        finally
        {
            place.End();
        }
    }

    private async Task<DrillOutcome> InPlaceAsync(IDriller driller, IDrillShelf shelf, IDrillPlace place, RestoreSource source, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var full = WatchSpaceAsync(shelf, ending);
        try
        {
            var (backup, manifest) = source.File is { } name ? Hold(place, name) : await FetchAsync(place, source.Remote!, ending.Token);
            await ProveAsync(backup, ending.Token);
            var findings = await driller.DrillAsync(
                new DrillJob(backup, shelf.Place, database.Plan, time.GetUtcNow(), database.DrillExpectation.Checks), Run(place), ending.Token);
            return new DrillOutcome(DrillJudgement.ProblemOf(database.DrillExpectation, manifest, findings.Categories, findings.Checks))
            {
                Generation = _found!.Generation,
                Bytes = _found.Bytes,
                RestoreTook = findings.RestoreTook,
                Rows = findings.Categories is { } categories ? categories.Sum(c => c.Rows) : null,
                Note = DrillJudgement.NoteOf(manifest, findings.Categories),
            };
        }
        catch (Exception cause) when (!cancellation.IsCancellationRequested && ending.IsCancellationRequested && cause is not OutOfMemoryException)
        {
            throw new DrillFailedException(await full ?? cause.Message, cause);
        }
        finally
        {
            await ending.CancelAsync();
            await full;
        }
    }

    /// <summary>Nobody but the drill can fence it; its token is nobody's.</summary>
    private RunContext Run(IDrillPlace place) => new(database.Id, order.AttemptId, 0, new Fence(0), NoProgress.Instance) { Children = place, Tell = tell };

    /// <summary>Ends the drill before the disk is full, whoever fills it.</summary>
    /// <returns>Why it was ended; null where it was not.</returns>
    private async Task<string?> WatchSpaceAsync(IDrillShelf shelf, CancellationTokenSource ending)
    {
        using var timer = new PeriodicTimer(LookAtSpaceEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (DrillSpace.WhyToEnd(shelf.Place, shelf.SpaceFor(0).FreeBytes) is { } reason)
                {
                    await ending.CancelAsync();
                    return reason;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended by itself.
        }

        return null;
    }

    private (string Backup, BackupManifest? Manifest) Hold(IDrillPlace place, string name)
    {
        if (place.Hold(database.Reader, name) is not { } held)
        {
            throw new DrillFailedException($"{database.Id} has no {name} any more");
        }

        // It may have been rotated since it was looked for: what is held is what is drilled.
        var m = held.Manifest;
        _found = new FoundBackup(m.Generation, m.Bytes, m.Sha256, m.CompletedAt);
        return held;
    }

    private async Task<(string Backup, BackupManifest? Manifest)> FetchAsync(IDrillPlace place, string remote, CancellationToken cancellation)
    {
        var (path, content) = place.CreateFetched();
        await using (content)
        {
            await (generations ?? throw new DrillFailedException("this node has no way to remotes")).FetchAsync(
                remote, database.Id, new WantedGeneration(_found!.Generation, _found.Bytes), content, NoProgress.Instance, cancellation);
        }

        // What was counted at its backup is in the local manifest alone.
        return (path, database.Reader.List().FirstOrDefault(f => f.Manifest.Generation == _found.Generation && f.Manifest.Sha256 == _found.Sha256)?.Manifest);
    }

    private async Task ProveAsync(string backup, CancellationToken cancellation)
    {
        var sha256 = await BackupChecksum.OfAsync(backup, cancellation);
        if (sha256 != _found!.Sha256)
        {
            throw new DrillFailedException($"it is damaged: its SHA-256 is {sha256} and was {_found.Sha256} when it was verified; check the disk");
        }
    }
}
