using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Nodes;

/// <summary>Something that was decided about the nodes; persisted for ever.</summary>
public interface INodesEvent
{
    /// <summary>When, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>Something about a node that a person must hear of.</summary>
public sealed record NodeAlertRaised(DateTimeOffset At, string Node, string Code, string Text) : INodesEvent;

/// <summary>The cause of an alert about a node has gone.</summary>
public sealed record NodeAlertCleared(DateTimeOffset At, string AlertId) : INodesEvent;

/// <summary>Delivery has taken over one notification of an alert about a node.</summary>
public sealed record NodeAlertHandedOver(DateTimeOffset At, string AlertId, AlertPhase Phase) : INodesEvent;
