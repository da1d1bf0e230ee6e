using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;

namespace CvpActors.Actors.Offsite;

/// <summary>The way to a remote's vault over the cluster.</summary>
internal sealed class VaultLink(ActorSystem system, string remote) : IVaultLink
{
    /// <summary>A question may be lost on its way, and is asked again: whatever it asks for, twice is as good as once.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>To make ready may mean to copy a whole file.</summary>
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(5);

    public async Task<OfferAnswer> OfferAsync(BackupManifest manifest, CancellationToken cancellation)
    {
        var offered = await AskAsync<GenerationOffered>(new OfferGeneration(manifest), AnswerWithin, cancellation);
        return new OfferAnswer(offered.VerifiedAt, offered.NewestSha256);
    }

    public async Task<TicketToSend> RequestTicketAsync(BackupManifest manifest, byte[] header, string digest, CancellationToken cancellation)
    {
        var issued = await AskAsync<TicketIssued>(new RequestTicket(manifest, header, digest), ReadyWithin, cancellation);
        return Uri.TryCreate(issued.Upload, UriKind.Absolute, out var upload)
            ? new TicketToSend(upload, issued.FirstFrame)
            : throw new ShipmentFailedException($"remote {remote} names '{issued.Upload}' as the place to send to");
    }

    private async Task<T> AskAsync<T>(IProtocolMessage question, TimeSpan within, CancellationToken cancellation)
    {
        for (var left = within; left > TimeSpan.Zero; left -= AskAgainAfter)
        {
            var vault = RemoteDirectory.Find(system, remote)
                ?? throw new ShipmentFailedException($"remote {remote} is not in the cluster; check that its node runs, and that remote.name there is {remote}");
            try
            {
                return await vault.Ask<object>(question, AskAgainAfter, cancellation) switch
                {
                    T answer => answer,
                    VaultRefused refused => throw new ShipmentFailedException($"remote {remote}: {refused.Reason}"),
                    var other => throw new ShipmentFailedException($"remote {remote} answered {other.GetType().Name}"),
                };
            }
            catch (AskTimeoutException)
            {
                // Once more.
            }
        }

        throw new ShipmentFailedException($"remote {remote} did not answer within {within.TotalSeconds:0} s");
    }
}
