using Akka.Actor;
using Akka.Event;
using CvpActors.Domain.Ports;

namespace CvpActors.Actors.Coordination;

/// <summary>Leaves the coordinator's signs of life, and finds out when it was superseded by one that it cannot hear.</summary>
internal sealed class PulseKeeper : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ICoordinatorPulse _pulse;
    private readonly long _epoch;
    private readonly CoordinatorSettings _settings;
    private readonly TimeProvider _time;

    public PulseKeeper(ICoordinatorPulse pulse, long epoch, CoordinatorSettings settings, TimeProvider time)
    {
        _pulse = pulse;
        _epoch = epoch;
        _settings = settings;
        _time = time;
        Receive<BeatDue>(_ => BeatAsync().PipeTo(
            Self, success: stands => new Beaten(stands, Problem: null), failure: cause => new Beaten(Stands: true, cause.GetBaseException().Message)));
        Receive<Beaten>(Conclude);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ICoordinatorPulse pulse, long epoch, CoordinatorSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new PulseKeeper(pulse, epoch, settings, time));

    protected override void PreStart()
    {
        Self.Tell(new BeatDue());
        base.PreStart();
    }

    private async Task<bool> BeatAsync()
    {
        using var bound = new CancellationTokenSource(AnswerWithin, _time);
        return await _pulse.BeatAsync(_epoch, _settings.Node, bound.Token);
    }

    private void Conclude(Beaten beaten)
    {
        if (beaten.Stands)
        {
            Context.Parent.Tell(new JournalProbed(beaten.Problem));
            Timers.StartSingleTimer(nameof(BeatDue), new BeatDue(), Interval);
            return;
        }

        _log.Warning("epoch {Epoch} on {Node} ends: the journal has signs of life of a later one", _epoch, _settings.Node);
        Context.Parent.Tell(new SupersededByLater());
    }

    private sealed record BeatDue : INoSerializationVerificationNeeded;

    private sealed record Beaten(bool Stands, string? Problem) : INoSerializationVerificationNeeded;
}

/// <summary>The coordinator of a later epoch is at work.</summary>
internal sealed record SupersededByLater : INoSerializationVerificationNeeded;

/// <summary>Whether the journal's server was reached just now; null when it was, or else what it said.</summary>
internal sealed record JournalProbed(string? Problem) : INoSerializationVerificationNeeded;
