using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance;

/// <summary>Something that is so, whether the coordinator likes it or not: it is integrated, cannot be refused, and has no reply.</summary>
public abstract record DatabaseFact;

/// <summary>The configured schedules are in force from now on.</summary>
public sealed record SchedulesConfigured : DatabaseFact;

/// <summary>Time has passed: whatever is due is decided.</summary>
public sealed record TimePassed : DatabaseFact;

/// <summary>A run ended.</summary>
public sealed record RunEnded(long Token, Outcome Outcome) : DatabaseFact;

/// <summary>What the agent executes at this moment.</summary>
/// <param name="HighestToken">The highest token it has seen.</param>
/// <param name="RunningToken">The token of its run, or null when nothing runs.</param>
/// <param name="RunningFor">How long that run has lasted by the agent's monotonic clock.</param>
/// <param name="UnreportedTokens">Tokens whose outcomes are on their way.</param>
public sealed record AgentReported(long HighestToken, long? RunningToken, TimeSpan RunningFor, ImmutableArray<long> UnreportedTokens)
    : DatabaseFact;

/// <summary>The agent has cancelled the holder and refuses its token from now on.</summary>
public sealed record HolderFenced(long Token) : DatabaseFact;

/// <summary>Delivery has taken over a notification.</summary>
public sealed record NotificationTakenOver(string AlertId, AlertPhase Phase) : DatabaseFact;

/// <summary>Time has passed, and the one node that there is has the database no longer in its configuration.</summary>
public sealed record TakenOutOfConfiguration : DatabaseFact;
