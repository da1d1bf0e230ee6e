using Akka.Actor;
using Akka.Cluster;
using CvpActors.Actors.Protocol;

namespace CvpActors.Actors.Membership;

/// <summary>
/// Asks other nodes what time it is, and sets the <see cref="ClusterClock"/> right by what most of them say. Every node does, so that a
/// coordinator that moves finds the time known where it arrives.
/// </summary>
public sealed class ClockWatch : ReceiveActor, IWithTimers
{
    private const int AskedAtMost = 5;
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly HeardClocks _others;
    private readonly string _role;
    private readonly ClusterClock _clock;
    private readonly TimeProvider _local;

    /// <summary>Creates the watch; <see cref="Props"/> is the way in.</summary>
    public ClockWatch(string role, ClusterClock clock, TimeProvider local)
    {
        _role = role;
        _clock = clock;
        _local = local;
        _others = new HeardClocks(local);
        Receive<ClockAsked>(asked => Sender.Tell(new ClockTold(asked.Stamp, _local.GetUtcNow())));
        Receive<ClockTold>(Hear);
        Receive<AskNow>(_ => Ask());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create the watch.</summary>
    /// <param name="role">The coordinators' role: they are asked first, since it is their clocks that count.</param>
    /// <param name="clock">What is set right.</param>
    /// <param name="local">This machine's clock.</param>
    public static Props Props(string role, ClusterClock clock, TimeProvider local) => Akka.Actor.Props.Create(() => new ClockWatch(role, clock, local));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Ask();
        base.PreStart();
    }

    private void Ask()
    {
        var others = _cluster.State.Members
            .Where(m => m.Status == MemberStatus.Up && m.Address != _cluster.SelfAddress && !_cluster.State.Unreachable.Contains(m))
            .OrderBy(m => m.HasRole(_role) ? 0 : 1)
            .ThenBy(m => m.Address)
            .Take(AskedAtMost);
        foreach (var other in others)
        {
            Context.ActorSelection($"{other.Address}/user/{ActorNames.Clock}").Tell(new ClockAsked(_local.GetTimestamp()));
        }

        Timers.StartSingleTimer(nameof(AskNow), new AskNow(), AskEvery);
    }

    private void Hear(ClockTold told)
    {
        if (_others.Hear(Sender.Path.Address, told.Stamp, told.At) && _others.Correction() is { } correction)
        {
            _clock.Correct(correction);
        }
    }

    private sealed record AskNow : INoSerializationVerificationNeeded;
}
