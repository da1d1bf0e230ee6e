using System.Text.Json.Serialization;

namespace CvpActors.Actors.Protocol;

// Shipping the old file to remotes: the coordinator orders, the agent reports. An order that gets no report is given again, and a generation
// that is there already is reported as verified at once, so nothing of this needs an acknowledgement.

/// <summary>Ship a generation of the old file to a remote; answered by <see cref="ShipmentReported"/> until it is verified or has failed.</summary>
/// <param name="Epoch">The coordinator incarnation.</param>
/// <param name="Remote">The remote's name.</param>
/// <param name="Generation">The generation, which may have been rotated away by the time this arrives.</param>
/// <param name="Sha256">Its checksum: a number alone comes again where a backup directory was begun anew.</param>
public sealed record StartShipment(long Epoch, string Remote, long Generation, string Sha256) : IOrder;

/// <summary>How a shipment is; sent about every second while it runs, and once it has ended.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="Remote">The remote's name.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Sha256">Its checksum.</param>
/// <param name="Phase">Whether it runs, is there, or has failed.</param>
/// <param name="Bytes">The generation's length in bytes.</param>
/// <param name="BytesSent">Bytes that have travelled for it so far.</param>
/// <param name="BytesSaved">Bytes that did not have to.</param>
/// <param name="BytesPerSecond">How fast they travel; a finite number.</param>
/// <param name="TimeLeft">How long it will take still; null while that is not known.</param>
/// <param name="VerifiedAt">When the remote had verified it, by the remote's clock, UTC; null before that.</param>
/// <param name="Error">Why it failed, for a person; null when it has not.</param>
public sealed record ShipmentReported(
    string Database,
    string Remote,
    long Generation,
    string Sha256,
    ShipmentPhase Phase,
    long Bytes,
    long BytesSent,
    long BytesSaved,
    double BytesPerSecond,
    TimeSpan? TimeLeft,
    DateTimeOffset? VerifiedAt,
    string? Error) : IForDatabase;

/// <summary>Where a shipment stands.</summary>
public enum ShipmentPhase
{
    /// <summary>Bytes travel, or are about to.</summary>
    Running,

    /// <summary>The remote has the whole file, verified by its checksum and flushed.</summary>
    Verified,

    /// <summary>It has ended without that; the coordinator decides when it is tried again.</summary>
    Failed,
}

/// <summary>The shipments of one database to one remote, as its database shows them.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Generation">The generation that is spoken of; null while there is none to ship.</param>
/// <param name="State">What becomes of it.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="BytesSent">Bytes that have travelled for it.</param>
/// <param name="VerifiedAt">When the remote last verified a generation, this one or an earlier one, UTC; null when it never has.</param>
/// <param name="Error">Why the latest try failed; null when it has not.</param>
public sealed record ShipmentView(
    string Remote, long? Generation, ShipmentStateView State, long Bytes, long BytesSent, DateTimeOffset? VerifiedAt, string? Error)
{
    /// <summary>Bytes that did not have to travel; null before anything did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? BytesSaved { get; init; }

    /// <summary>How fast they travel; null while nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BytesPerSecond { get; init; }

    /// <summary>How long it will take still; null while that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsLeft { get; init; }

    /// <summary>Since when there has been something that is not verified there, UTC; null when there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? WantedSince { get; init; }

    /// <summary>When it is tried next, UTC; null while it runs and when nothing is to be shipped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextAttemptAt { get; init; }
}

/// <summary>What becomes of a generation at a remote.</summary>
public enum ShipmentStateView
{
    /// <summary>It is to be shipped, or there is none yet.</summary>
    Pending,

    /// <summary>It is on its way.</summary>
    Running,

    /// <summary>The remote has it.</summary>
    Verified,

    /// <summary>The latest try failed; it is tried again.</summary>
    Failed,
}
