using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Shipments;

/// <summary>Something that is so about shipments to one remote: it is integrated, cannot be refused, and has no reply.</summary>
public abstract record ShipmentFact;

/// <summary>Time has passed, or the configuration changed: whatever is due is decided.</summary>
public sealed record ShipmentTimePassed : ShipmentFact;

/// <summary>What the old file is, as the agent tells; null when there is none.</summary>
public sealed record OldFileTold(OldFile? File) : ShipmentFact;

/// <summary>The remote has verified a generation.</summary>
/// <param name="Generation">Which.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="BytesSent">How many bytes travelled for it.</param>
/// <param name="BytesSaved">How many did not have to.</param>
/// <param name="VerifiedAt">When it did, by the remote's clock, UTC; null when that was not told.</param>
public sealed record VerificationTold(long Generation, string Sha256, long BytesSent, long BytesSaved, DateTimeOffset? VerifiedAt) : ShipmentFact;

/// <summary>A generation could not be shipped.</summary>
public sealed record FailureTold(long Generation, string Sha256, string Error) : ShipmentFact;

/// <summary>Delivery has taken over a notification.</summary>
public sealed record ShipmentNotificationTakenOver(string AlertId, AlertPhase Phase) : ShipmentFact;
