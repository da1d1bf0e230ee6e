using Akka.Actor;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>What a coordinator knows of its agent: who it is and when it was last heard. Measured by the monotonic clock.</summary>
internal sealed class AgentConnection
{
    /// <summary>An agent that was silent for this long, and for several times as long as it said it would be, is unreachable.</summary>
    private static readonly TimeSpan SilentMeansUnreachable = TimeSpan.FromSeconds(30);

    /// <summary>After a start the agent is given this long to be heard.</summary>
    private static readonly TimeSpan AwaitedFor = TimeSpan.FromSeconds(15);

    /// <summary>A timer that is late by more than this did not lack a moment of CPU: the process was frozen.</summary>
    private static readonly TimeSpan LateMeansFrozen = TimeSpan.FromSeconds(5);

    private const int MissedHellos = 3;

    private readonly TimeProvider _time;
    private long _awaitedSince;
    private long _heardAt;
    private TimeSpan _silenceAllowed = SilentMeansUnreachable;
    private (long From, TimeSpan For) _asleep;
    private bool _isAwaited = true;
    private string _node = "";

    public AgentConnection(TimeProvider time)
    {
        _time = time;
        _awaitedSince = time.GetTimestamp();
        _asleep = (_awaitedSince, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The agent, or null while none is connected.</summary>
    public IActorRef? Ref { get; private set; }

    public AgentPresence Presence
    {
        get
        {
            NoticeFreeze();
            if (Ref is not null && _time.GetElapsedTime(_heardAt) < _silenceAllowed)
            {
                return AgentPresence.On(_node);
            }

            var awaited = _isAwaited && _time.GetElapsedTime(_awaitedSince) < AwaitedFor;
            return new AgentPresence(awaited ? AgentContact.Awaited : AgentContact.Unreachable, _node)
            {
                SilentFor = _time.GetElapsedTime(_heardAt > 0 ? _heardAt : _awaitedSince),
            };
        }
    }

    /// <summary>When the presence changes if the agent stays silent; null when silence changes nothing more.</summary>
    public TimeSpan? UntilPresenceMayChange => Presence.Contact switch
    {
        AgentContact.Connected => _silenceAllowed - _time.GetElapsedTime(_heardAt),
        AgentContact.Awaited => AwaitedFor - _time.GetElapsedTime(_awaitedSince),
        _ => null,
    };

    /// <summary>Notes a sign of life; true when the agent is a new one.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="node">Its node.</param>
    /// <param name="againWithin">How soon it will be heard again; zero when it did not say.</param>
    public bool Hear(IActorRef agent, string node, TimeSpan againWithin)
    {
        var isNew = !agent.Equals(Ref);
        (Ref, _node, _heardAt, _isAwaited) = (agent, node, _time.GetTimestamp(), false);
        var silence = againWithin * MissedHellos;
        _silenceAllowed = silence > SilentMeansUnreachable ? silence : SilentMeansUnreachable;
        return isNew;
    }

    /// <summary>Notes that an actor has stopped; true when it was the agent.</summary>
    public bool Lose(IActorRef gone)
    {
        if (!gone.Equals(Ref))
        {
            return false;
        }

        Ref = null;
        return true;
    }

    /// <summary>Notes that the coordinator sleeps now, and for how long.</summary>
    public void WakeIn(TimeSpan sleep) => _asleep = (_time.GetTimestamp(), sleep);

    /// <summary>
    /// A coordinator that was frozen has heard nothing because it could not listen: its agent is given the time to be heard, as after a start.
    /// </summary>
    private void NoticeFreeze()
    {
        if (_asleep.For != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(_asleep.From) > _asleep.For + LateMeansFrozen)
        {
            (_isAwaited, _awaitedSince) = (true, _time.GetTimestamp());
            _asleep = (_awaitedSince, Timeout.InfiniteTimeSpan);
        }
    }
}
