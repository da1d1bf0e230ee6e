using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Agents;

/// <summary>Looks what a restore would do, on the machine where it would be done, and changes nothing.</summary>
internal static class RestorePlanner
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <returns>A <see cref="RestorePlanned"/> or a <see cref="RestoreRefused"/>.</returns>
    public static Task<object> AnswerAsync(MaintainedDatabase database, PlanRestore question, IGenerationSource? generations) => Task.Run(async () =>
    {
        using var bound = new CancellationTokenSource(AnswerWithin);
        try
        {
            return await PlanAsync(database, question, generations, bound.Token);
        }
        catch (Exception cause) when (cause is ReportingDatabaseException or IOException or UnauthorizedAccessException or OperationCanceledException or InvalidDataException)
        {
            return new RestoreRefused("not-restorable", $"it cannot be seen what a restore would do: {cause.Message}");
        }
    });

    private static async Task<object> PlanAsync(MaintainedDatabase database, PlanRestore question, IGenerationSource? generations, CancellationToken cancellation)
    {
        if (database is not { Restorer: { } restorer, Shelf: { } shelf })
        {
            return new RestoreRefused("not-restorable", $"{database.Id} cannot be restored by a call: its engine, {database.Engine.Name}, has no way to, or none is configured; see \"Restoring\" in the README");
        }

        if (RestoreSource.TryParse(question.Wish.Source) is not { } source)
        {
            return new RestoreRefused("no-such-backup", $"\"{question.Wish.Source}\" is no source; allowed: {RestoreSource.Allowed}");
        }

        var (found, refused) = await RestoreSourceFinder.FindAsync(database, source, generations, cancellation);
        if (found is null)
        {
            return refused!;
        }

        var purges = question.Wish.ReapplyPurges ? RestorePurges.Of(database, question.Purged) : null;
        var target = question.Wish.Target ?? await restorer.ChoosePlaceAsync(found.Generation, cancellation);
        if (target is null)
        {
            return new RestoreRefused("target-not-usable", $"target is missing, and {database.Engine.Name} chooses none; allowed: {restorer.Places}");
        }

        var (place, space) = await restorer.LookAtAsync(target, found.Bytes, purges?.IsNeeded ?? false, cancellation);
        if (place.IsLive && target != RestoreOrder.Live)
        {
            place = place with { Problem = $"{target} is the live database; to have it replaced, name the target \"{RestoreOrder.Live}\"" };
        }

        var order = new RestoreOrder(question.Wish.Source, found.Generation, found.Bytes, found.Sha256, target)
        {
            TargetChosen = question.Wish.Target is null,
            ReapplyPurges = question.Wish.ReapplyPurges,
        };
        return new RestorePlanned(new RestorePlan(order, found.CompletedAt, place, source.Remote is null ? space : SpaceNeed.Sum([.. space, shelf.SpaceFor(found.Bytes)]))
        {
            Purges = purges is { IsNeeded: true } ? purges.Known : null,
            Last = question.Last,
        });
    }
}
