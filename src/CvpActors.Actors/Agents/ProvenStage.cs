using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>Has a restore made ready while its source is read and compared with its checksum: neither touches the target, and both read the same bytes.</summary>
public static class ProvenStage
{
    /// <summary>Makes a restore ready whose source is proven.</summary>
    /// <exception cref="RestoreFailedException">The source is damaged, or it cannot be made ready; nothing is left of it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left of it.</exception>
    public static async Task<IStagedRestore> MakeAsync(
        IRestorer restorer, string backup, RestoreOrder order, bool toBePurged, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(restorer);
        ArgumentNullException.ThrowIfNull(order);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var proof = ProveAsync(backup, order, stop.Token);
        var staging = restorer.StageAsync(backup, order.Target, toBePurged, run, stop.Token);
        await Task.WhenAny(proof, staging);
        if (proof.IsFaulted)
        {
            await stop.CancelAsync();
        }

        try
        {
            var staged = await staging;
            try
            {
                await proof;
                return staged;
            }
            catch
            {
                await staged.DisposeAsync();
                throw;
            }
        }
        catch
        {
            // A damaged source is the cause of whatever else is said of it.
            await proof;
            throw;
        }
    }

    private static async Task ProveAsync(string backup, RestoreOrder order, CancellationToken cancellation)
    {
        var found = await BackupChecksum.OfAsync(backup, cancellation);
        if (found != order.Sha256)
        {
            throw new RestoreFailedException(
                $"generation {order.Generation} ({order.Source}) is damaged: its SHA-256 is {found} and was {order.Sha256} when it was verified; nothing was touched. Restore another generation, and check the disk");
        }
    }
}
