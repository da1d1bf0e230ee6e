using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>Something that happened to one database's shipments to one remote; persisted for ever.</summary>
public interface IShipmentEvent
{
    /// <summary>When it was decided, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>The configuration names the remote from now on.</summary>
public sealed record RemoteAdopted(DateTimeOffset At) : IShipmentEvent;

/// <summary>The configuration names the remote no longer: nothing is shipped to it, and nothing of it is overdue.</summary>
public sealed record RemoteDropped(DateTimeOffset At) : IShipmentEvent;

/// <summary>A generation became the old file, or was found to be it.</summary>
public sealed record GenerationBecameOld(DateTimeOffset At, OldFile File) : IShipmentEvent;

/// <summary>There is no old file any more.</summary>
public sealed record OldFileGone(DateTimeOffset At) : IShipmentEvent;

/// <summary>An administrator wants the old file shipped now.</summary>
public sealed record ShipmentRequested(DateTimeOffset At, RequestedShipment Answer, string? RequestKey) : IShipmentEvent;

/// <summary>The agent is to ship the old file as it is now; <paramref name="Try"/> counts from 1.</summary>
public sealed record ShipmentOrdered(DateTimeOffset At, long Generation, string Sha256, long Bytes, int Try) : IShipmentEvent;

/// <summary>The remote has a generation, verified by its checksum and flushed.</summary>
public sealed record GenerationVerified(
    DateTimeOffset At, long Generation, string Sha256, long Bytes, long BytesSent, long BytesSaved, DateTimeOffset VerifiedAt) : IShipmentEvent;

/// <summary>A try failed; the same generation is tried again at <paramref name="NextAttemptAt"/>, unless another is old by now (null).</summary>
public sealed record ShipmentFailed(DateTimeOffset At, long Generation, string Sha256, string Error, DateTimeOffset? NextAttemptAt) : IShipmentEvent;

/// <summary>The wall clock was set back from <paramref name="From"/>; what was counted from it moves along.</summary>
public sealed record ShipmentClockSteppedBack(DateTimeOffset At, DateTimeOffset From) : IShipmentEvent;

/// <summary>An alert was raised; its id is made of the remote and the sequence number of this event.</summary>
public sealed record ShipmentAlertRaised(DateTimeOffset At, string Remote, string Code, string Text) : IShipmentEvent;

/// <summary>An alert's cause has gone.</summary>
public sealed record ShipmentAlertCleared(DateTimeOffset At, string AlertId) : IShipmentEvent;

/// <summary>Delivery has taken over one notification of an alert.</summary>
public sealed record ShipmentAlertHandedOver(DateTimeOffset At, string AlertId, AlertPhase Phase) : IShipmentEvent;
