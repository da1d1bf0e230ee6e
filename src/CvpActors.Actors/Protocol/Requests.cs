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
}

/// <summary>The wish was meant for another incarnation of the coordinator, and nothing was done.</summary>
/// <param name="Epoch">The present one.</param>
public sealed record EpochPassed(long Epoch) : IProtocolMessage;

/// <summary>The answer to a <see cref="DatabaseRequest"/>.</summary>
public sealed record DatabaseAnswer(DatabaseReply Reply) : IProtocolMessage;

/// <summary>Asks for one database; answered by <see cref="DatabaseView"/> or <see cref="UnknownDatabase"/>.</summary>
public sealed record GetDatabase(string Database) : IForDatabase;

/// <summary>Asks for the latest attempts, newest first; answered by <see cref="AttemptList"/> or <see cref="UnknownDatabase"/>.</summary>
public sealed record GetAttempts(string Database, int Limit) : IForDatabase;

/// <summary>Asks for one attempt; answered by <see cref="AttemptList"/> with one entry or none.</summary>
public sealed record GetAttempt(string Database, string AttemptId) : IForDatabase;

/// <summary>Asks which databases there are; answered by <see cref="CoordinatorView"/>.</summary>
public sealed record GetCoordinator : IProtocolMessage;

/// <summary>Asks which incarnation of the coordinator there is; answered by <see cref="EpochView"/>.</summary>
public sealed record GetEpoch : IProtocolMessage;

/// <summary>Asks for all alerts with their deliveries; answered by <see cref="AlertList"/>.</summary>
public sealed record GetAlerts : IProtocolMessage;

/// <summary>Asks for a test notification to every receiver; answered by <see cref="AlertTestResult"/>.</summary>
/// <param name="RequestKey">The <c>Idempotency-Key</c>; the same key is sent once and has the same answer.</param>
public sealed record TestAlerts(string? RequestKey) : IProtocolMessage;

/// <summary>No database has that id.</summary>
public sealed record UnknownDatabase(string Database, IReadOnlyList<string> Known) : IProtocolMessage;
