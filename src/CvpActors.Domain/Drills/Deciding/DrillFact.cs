using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>Something that is so about drills: it is integrated, cannot be refused, and has no reply.</summary>
public abstract record DrillFact;

/// <summary>Time has passed, or the configuration or the agent changed: whatever is due is decided.</summary>
public sealed record DrillTimePassed : DrillFact;

/// <summary>A drill has ended, as the agent tells.</summary>
public sealed record DrillEndTold(string AttemptId, DrillOutcome Outcome) : DrillFact;

/// <summary>Delivery has taken over a notification.</summary>
public sealed record DrillNotificationTakenOver(string AlertId, AlertPhase Phase) : DrillFact;
