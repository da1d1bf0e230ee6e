using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace CvpActors.Actors.Membership;

/// <summary>
/// Looks, whenever the connection to a coordinator breaks, whether its process is gone, and removes it at once where
/// <see cref="DeathEvidence"/> suffices.
/// </summary>
public sealed class DeathProbe : ReceiveActor
{
    private const int Looks = 3;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(500);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly HashSet<Address> _underWay = [];
    private readonly string _role;
    private readonly TimeProvider _time;

    /// <summary>Creates the probe; <see cref="Props"/> is the way in.</summary>
    public DeathProbe(string role, TimeProvider time)
    {
        _role = role;
        _time = time;
        Receive<DisassociatedEvent>(broken => Probe(broken.RemoteAddress));
        Receive<AssociationErrorEvent>(broken => Probe(broken.RemoteAddress));
        Receive<Probed>(Conclude);
    }

    /// <summary>How to create the probe.</summary>
    /// <param name="role">The coordinators' role.</param>
    /// <param name="time">What the pauses between two looks are measured by.</param>
    public static Props Props(string role, TimeProvider time) => Akka.Actor.Props.Create(() => new DeathProbe(role, time));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        base.PreStart();
    }

    private void Probe(Address? peer)
    {
        if (peer is { Host: { } host, Port: { } port } && FindCoordinator(peer) is not null && _underWay.Add(peer))
        {
            RefusesAsync(host, port, _time).PipeTo(Self, success: refuses => new Probed(peer, refuses), failure: _ => new Probed(peer, Refuses: false));
        }
    }

    private void Conclude(Probed probed)
    {
        _underWay.Remove(probed.Peer);
        if (!probed.Refuses || FindCoordinator(probed.Peer) is not { } dead)
        {
            return;
        }

        var coordinators = Coordinators().ToList();
        var unreachable = _cluster.State.Unreachable.ToHashSet();
        if (DeathEvidence.Suffices(coordinators, unreachable, dead))
        {
            _log.Info("node {Name} ({Node}): its process is gone, since nobody listens there any more", NodeIdentity.Of(dead).Name, dead.Address);
            _cluster.Down(dead.Address);
        }
    }

    private IEnumerable<Member> Coordinators() =>
        _cluster.State.Members.Where(m => m.HasRole(_role) && m.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting);

    private Member? FindCoordinator(Address peer) => Coordinators().FirstOrDefault(m => m.Address == peer && m.Address != _cluster.SelfAddress);

    private static async Task<bool> RefusesAsync(string host, int port, TimeProvider time)
    {
        for (var look = 0; look < Looks; look++)
        {
            if (!await RefusesOnceAsync(host, port, time))
            {
                return false;
            }

            await Task.Delay(LookEvery, time);
        }

        return true;
    }

    private static async Task<bool> RefusesOnceAsync(string host, int port, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(AnswerWithin, time);
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(host, port, timeout.Token);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed record Probed(Address Peer, bool Refuses) : INoSerializationVerificationNeeded;
}
