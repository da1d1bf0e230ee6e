using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>
/// All that is remembered of one database's shipments to one remote: the fold of their events, and nothing else. A shipment takes no lock
/// and is no operation: it never stands in the way of a backup.
/// </summary>
public sealed record ShipmentState
{
    /// <summary>How many cleared alerts the state keeps.</summary>
    public const int KeptClearedAlerts = 20;

    /// <summary>How many requests are kept for those that come again with the same key.</summary>
    public const int KeptRequests = 50;

    /// <summary>A remote that nothing was ever shipped to.</summary>
    public static ShipmentState Initial { get; } = new();

    /// <summary>Events applied so far; equals the journal's sequence number of the last one.</summary>
    public long Revision { get; init; }

    /// <summary>The time of the latest event. A clock that shows less ran backwards.</summary>
    public DateTimeOffset Watermark { get; init; }

    /// <summary>Since when the database's configuration names this remote, UTC; null while it does not.</summary>
    public DateTimeOffset? ConfiguredSince { get; init; }

    /// <summary>The old file, as the agent last told; null while there is none.</summary>
    public OldFile? Old { get; init; }

    /// <summary>Since when that one is the old file, UTC.</summary>
    public DateTimeOffset? OldSince { get; init; }

    /// <summary>What was last verified at the remote; null when nothing ever was.</summary>
    public VerifiedGeneration? Verified { get; init; }

    /// <summary>What is on its way; null when nothing is.</summary>
    public ShipmentUnderWay? UnderWay { get; init; }

    /// <summary>How the latest try to ship the old file failed; null when none has, or when it has succeeded since.</summary>
    public ShipmentFailure? Failure { get; init; }

    /// <summary>When the old file is to be shipped, UTC; null while something is on its way or nothing is to be shipped. May lie in the past.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Since when there has been something that is not verified at the remote, UTC; null when there is nothing.</summary>
    public DateTimeOffset? WantedSince { get; init; }

    /// <summary>The latest requests that had a key, oldest first.</summary>
    public ImmutableList<ShipmentRequest> Requests { get; init; } = [];

    /// <summary>Open alerts and the latest cleared ones, oldest first.</summary>
    public ImmutableList<Alert> Alerts { get; init; } = [];

    /// <summary>Whether what is old is verified at the remote, by generation and by checksum.</summary>
    [JsonIgnore]
    public bool OldIsVerified => Verified is { } v && Old is { } old && old.Is(v.Generation, v.Sha256);
}

/// <summary>A generation that the remote has.</summary>
/// <param name="Generation">Which.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="BytesSent">How many bytes travelled for it.</param>
/// <param name="BytesSaved">How many did not have to.</param>
/// <param name="VerifiedAt">When the remote had verified it, by the remote's clock, UTC.</param>
/// <param name="KnownAt">When the coordinator learnt of it, UTC: durations count from here, since a remote's clock may be wrong.</param>
public sealed record VerifiedGeneration(
    long Generation, string Sha256, long Bytes, long BytesSent, long BytesSaved, DateTimeOffset VerifiedAt, DateTimeOffset KnownAt);

/// <summary>A generation on its way; it goes on to its end whatever becomes old meanwhile.</summary>
/// <param name="Generation">Which.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Since">When it was ordered, UTC.</param>
/// <param name="Try">The number of the try, from 1.</param>
public sealed record ShipmentUnderWay(long Generation, string Sha256, long Bytes, DateTimeOffset Since, int Try);

/// <summary>A try that failed.</summary>
/// <param name="Error">Why, for a person.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Tries">How many failed in a row.</param>
public sealed record ShipmentFailure(string Error, DateTimeOffset At, int Tries);

/// <summary>A request and what was answered.</summary>
public sealed record ShipmentRequest(string Key, RequestedShipment Answer);
