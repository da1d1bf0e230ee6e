using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Protocol;

// From an agent to the coordinator: facts, which cannot be refused.

/// <summary>An agent is there and tells what it executes; sent at start, then regularly, and when asked.</summary>
/// <param name="Definition">What its configuration says of the database.</param>
/// <param name="Node">Its node's address.</param>
/// <param name="HighestToken">The highest token it has seen.</param>
/// <param name="Running">What runs at this moment, or null.</param>
/// <param name="UnreportedTokens">Tokens whose outcomes it is reporting.</param>
/// <param name="Files">The backup files on its machine.</param>
public sealed record AgentHello(
    DatabaseDefinition Definition,
    string Node,
    long HighestToken,
    RunningNow? Running,
    ImmutableArray<long> UnreportedTokens,
    ImmutableArray<BackupFile> Files) : IForDatabase
{
    /// <inheritdoc/>
    public string Database => Definition.Id;

    /// <summary>Where its node's HTTP bridge is reached, from which others get the files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BridgeUrl { get; init; }

    /// <summary>The highest epoch it has seen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long HighestEpoch { get; init; }

    /// <summary>How many operations its node runs at once; 0 for no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int NodeLimit { get; init; }

    /// <summary>It says hello again within this, unless it is gone; zero from an agent of an earlier version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan AgainWithin { get; init; }
}

/// <summary>A run that is under way.</summary>
/// <param name="Token">Its token.</param>
/// <param name="RunningFor">Its length so far by the agent's monotonic clock.</param>
/// <param name="Progress">How far it is, or null while unknown.</param>
public sealed record RunningNow(long Token, TimeSpan RunningFor, RunProgress? Progress);

/// <summary>A run was started (or had been already).</summary>
public sealed record RunStarted(string Database, long Token) : IForDatabase;

/// <summary>A run ended; sent until <see cref="OutcomeAcknowledged"/>.</summary>
public sealed record RunReported(string Database, long Token, Outcome Outcome) : IForDatabase;

/// <summary>The token is refused from now on. Its run, if there was one, was cancelled; one that has not obeyed yet can commit nothing.</summary>
public sealed record RunFenced(string Database, long Token) : IForDatabase;
