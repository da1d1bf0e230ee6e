using Akka.Actor;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>What a coordinator knows of its agent: who it is and when it was last heard. Measured by the monotonic clock.</summary>
internal sealed class AgentConnection
{
    /// <summary>An agent says hello every few seconds; one that was silent for this long is unreachable.</summary>
    private static readonly TimeSpan SilentMeansUnreachable = TimeSpan.FromSeconds(30);

    /// <summary>After a start the agent is given this long to be heard.</summary>
    private static readonly TimeSpan AwaitedFor = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _time;
    private readonly long _createdAt;
    private long _heardAt;
    private string _node = "";

    public AgentConnection(TimeProvider time)
    {
        _time = time;
        _createdAt = time.GetTimestamp();
    }

    /// <summary>The agent, or null while none is connected.</summary>
    public IActorRef? Ref { get; private set; }

    public AgentPresence Presence
    {
        get
        {
            if (Ref is not null && _time.GetElapsedTime(_heardAt) < SilentMeansUnreachable)
            {
                return AgentPresence.On(_node);
            }

            var awaited = _node.Length == 0 && _time.GetElapsedTime(_createdAt) < AwaitedFor;
            return awaited ? AgentPresence.Awaited : new AgentPresence(AgentContact.Unreachable, _node);
        }
    }

    /// <summary>When the presence changes if the agent stays silent; null when silence changes nothing more.</summary>
    public TimeSpan? UntilPresenceMayChange => Presence.Contact switch
    {
        AgentContact.Connected => SilentMeansUnreachable - _time.GetElapsedTime(_heardAt),
        AgentContact.Awaited => AwaitedFor - _time.GetElapsedTime(_createdAt),
        _ => null,
    };

    /// <summary>Notes a sign of life; true when the agent is a new one.</summary>
    public bool Hear(IActorRef agent, string node)
    {
        var isNew = !agent.Equals(Ref);
        (Ref, _node, _heardAt) = (agent, node, _time.GetTimestamp());
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
}
