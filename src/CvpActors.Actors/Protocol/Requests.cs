using System.Text.Json.Serialization;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Protocol;

// From the HTTP bridge to the coordinator.

/// <summary>An administrator's wish; answered by <see cref="DatabaseAnswer"/> or <see cref="UnknownDatabase"/>.</summary>
public sealed record DatabaseRequest(string Database, DatabaseCommand Command) : IForDatabase
{
    /// <summary>
    /// The coordinator incarnation it is meant for; another one answers <see cref="EpochPassed"/> and does nothing. So a wish that was
    /// held up on its way, and whose sender has been told that nobody answered, is not carried out behind the sender's back.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Epoch { get; init; }

    /// <summary>
    /// Until when it may be carried out, by the clock that <see cref="EpochView.Clock"/> was read from; afterwards its sender has given it up, and
    /// it is dropped. Null for ever.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpiresAt { get; init; }
}

/// <summary>The wish was meant for another incarnation of the coordinator, and nothing was done.</summary>
/// <param name="Epoch">The present one.</param>
public sealed record EpochPassed(long Epoch) : IProtocolMessage;

/// <summary>The answer to a <see cref="DatabaseRequest"/>.</summary>
public sealed record DatabaseAnswer(DatabaseReply Reply) : IProtocolMessage;

/// <summary>Asks for one database; answered by <see cref="DatabaseView"/> or <see cref="UnknownDatabase"/>.</summary>
public sealed record GetDatabase(string Database) : IForDatabase;

/// <summary>
/// Asks for the latest attempts, newest first; answered by <see cref="AttemptList"/> or <see cref="UnknownDatabase"/>. An answer holds as many
/// as fit into a message: ask again with <see cref="Skip"/> for those that follow.
/// </summary>
public sealed record GetAttempts(string Database, int Limit) : IForDatabase
{
    /// <summary>How many of the newest to leave out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Skip { get; init; }
}

/// <summary>
/// Asks for the databases in the order of their ids; answered by <see cref="DatabaseList"/>, which holds as many as fit into a message.
/// </summary>
/// <param name="After">The id after which to begin; null for the first.</param>
/// <param name="Limit">The most to answer with.</param>
public sealed record GetDatabases(string? After, int Limit) : IProtocolMessage;

/// <summary>Asks for one attempt; answered by <see cref="AttemptList"/> with one entry or none.</summary>
public sealed record GetAttempt(string Database, string AttemptId) : IForDatabase;

/// <summary>Asks which databases there are; answered by <see cref="CoordinatorView"/>. Only bridges of the version before still ask so.</summary>
public sealed record GetCoordinator : IProtocolMessage;

/// <summary>Asks which incarnation of the coordinator there is; answered by <see cref="EpochView"/>.</summary>
public sealed record GetEpoch : IProtocolMessage;

/// <summary>
/// Asks for the alerts with their deliveries, newest first; answered by <see cref="AlertList"/>, which holds as many as fit into a message.
/// </summary>
public sealed record GetAlerts : IProtocolMessage
{
    /// <summary>How many of the newest to leave out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Skip { get; init; }
}

/// <summary>Asks for a test notification to every receiver; answered by <see cref="AlertTestResult"/>.</summary>
/// <param name="RequestKey">The <c>Idempotency-Key</c>; the same key is sent once and has the same answer.</param>
public sealed record TestAlerts(string? RequestKey) : IProtocolMessage;

/// <summary>No database has that id.</summary>
/// <param name="Database">Which.</param>
/// <param name="Known">Some of those that there are.</param>
public sealed record UnknownDatabase(string Database, IReadOnlyList<string> Known) : IProtocolMessage;
