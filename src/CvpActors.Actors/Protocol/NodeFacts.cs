using CvpActors.Domain.Nodes;

namespace CvpActors.Actors.Protocol;

// From node to node, whatever databases they serve.

/// <summary>A node tells the coordinator of itself; sent at start, then regularly.</summary>
public sealed record NodeReport(NodeCondition Condition) : IProtocolMessage;

/// <summary>Asks what time it is; answered by <see cref="ClockTold"/>.</summary>
/// <param name="Stamp">Comes back with the answer; means nothing to whoever answers.</param>
public sealed record ClockAsked(long Stamp) : IProtocolMessage;

/// <summary>What time it is on the node that was asked.</summary>
/// <param name="Stamp">That of the question.</param>
/// <param name="At">Its own clock, UTC.</param>
public sealed record ClockTold(long Stamp, DateTimeOffset At) : IProtocolMessage;
