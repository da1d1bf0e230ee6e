using Akka.Actor;
using Akka.Event;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Offsite;

namespace CvpActors.Actors.Offsite;

/// <summary>What the copiers of one node have in common.</summary>
/// <param name="ShipperTo">Makes what sends one database's files to one remote.</param>
/// <param name="AtOnce">So many shipments of the node run at once; the others wait.</param>
public sealed record CopierSettings(Func<string, IShipper> ShipperTo, SemaphoreSlim AtOnce);

/// <summary>
/// Ships one database's old file to its remotes, as the coordinator orders. An order that is under way already is answered with how far it is;
/// what is there already is verified at once. So an order may come as often as it likes.
/// </summary>
public sealed class OffsiteCopier : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, UnderWay> _underWay = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _database;
    private readonly IActorRef _coordinator;
    private readonly CopierSettings _settings;

    /// <summary>Creates the copier; <see cref="Props"/> is the way in.</summary>
    public OffsiteCopier(string database, IActorRef coordinator, CopierSettings settings)
    {
        (_database, _coordinator, _settings) = (database, coordinator, settings);
        Receive<StartShipment>(Start);
        Receive<Advanced>(advanced =>
        {
            if (_underWay.TryGetValue(advanced.Order.Remote, out var underWay) && underWay.Order == advanced.Order)
            {
                _underWay[advanced.Order.Remote] = underWay with { Progress = advanced.Progress };
                TellProgress(_underWay[advanced.Order.Remote]);
            }
        });
        Receive<Ended>(End);
    }

    /// <summary>How to create the copier of one database; <paramref name="coordinator"/> is the way to the singleton.</summary>
    public static Props Props(string database, IActorRef coordinator, CopierSettings settings) =>
        Akka.Actor.Props.Create(() => new OffsiteCopier(database, coordinator, settings));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        base.PostStop();
    }

    private void Start(StartShipment order)
    {
        if (_underWay.TryGetValue(order.Remote, out var present))
        {
            // One at a time to each remote: what has begun goes on to its end.
            TellProgress(present);
            return;
        }

        _underWay[order.Remote] = new UnderWay(order, new ShippingProgress(0, 0, 0, 0));
        _log.Debug("{Database}: generation {Generation} is on its way to {Remote}", _database, order.Generation, order.Remote);
        var self = Self;
        var link = new VaultLink(Context.System, order.Remote);
        var progress = new Relay(advanced => self.Tell(new Advanced(order, advanced)));
        Task.Run(() => ShipAsync(order, link, progress)).PipeTo(self, success: shipped => new Ended(order, shipped, null), failure: cause => new Ended(order, null, cause));
    }

    private async Task<Shipped> ShipAsync(StartShipment order, VaultLink link, Relay progress)
    {
        await _settings.AtOnce.WaitAsync(_stopping.Token);
        try
        {
            return await _settings.ShipperTo(order.Remote).ShipAsync(order.Sha256, link, progress, _stopping.Token);
        }
        finally
        {
            _settings.AtOnce.Release();
        }
    }

    private void End(Ended ended)
    {
        _underWay.Remove(ended.Order.Remote, out var last);
        if (ended.Shipped is { } shipped)
        {
            _coordinator.Tell(Report(
                ended.Order, ShipmentPhase.Verified, shipped.Manifest.Bytes, shipped.BytesSent, Math.Max(0, shipped.Manifest.Bytes - shipped.BytesSent)) with
            { VerifiedAt = shipped.VerifiedAt });
            return;
        }

        var cause = ended.Cause!.GetBaseException();
        if (ended.Cause is not ShipmentFailedException and not IOException)
        {
            _log.Error(ended.Cause, "{Database}: shipping to {Remote} failed in a way that was not foreseen", _database, ended.Order.Remote);
        }

        var progress = last?.Progress;
        _coordinator.Tell(Report(ended.Order, ShipmentPhase.Failed, progress?.Bytes ?? 0, progress?.Sent ?? 0, 0) with
        {
            Error = ended.Cause is ShipmentFailedException known ? known.Message : cause.Message,
        });
    }

    private void TellProgress(UnderWay underWay)
    {
        var progress = underWay.Progress;
        var toSend = progress.Done > 0 ? progress.Sent / progress.Done : 0;
        _coordinator.Tell(Report(underWay.Order, ShipmentPhase.Running, progress.Bytes, progress.Sent, toSend > 0 ? Math.Max(0, progress.Bytes - (long)toSend) : 0) with
        {
            BytesPerSecond = progress.BytesPerSecond,
            TimeLeft = progress is { Done: > 0, BytesPerSecond: > 0 } ? TimeSpan.FromSeconds((toSend - progress.Sent) / progress.BytesPerSecond) : null,
        });
    }

    private ShipmentReported Report(StartShipment order, ShipmentPhase phase, long bytes, long sent, long saved) =>
        new(_database, order.Remote, order.Generation, order.Sha256, phase, bytes, sent, saved, 0, null, null, null);

    private sealed record UnderWay(StartShipment Order, ShippingProgress Progress);

    private sealed record Advanced(StartShipment Order, ShippingProgress Progress) : INoSerializationVerificationNeeded;

    private sealed record Ended(StartShipment Order, Shipped? Shipped, Exception? Cause) : INoSerializationVerificationNeeded;

    /// <summary>On the thread that reports, unlike <see cref="Progress{T}"/>, whose reports may overtake each other.</summary>
    private sealed class Relay(Action<ShippingProgress> tell) : IProgress<ShippingProgress>
    {
        public void Report(ShippingProgress value) => tell(value);
    }
}
