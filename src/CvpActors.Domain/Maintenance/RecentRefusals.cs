using System.Collections.Immutable;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance;

/// <summary>
/// The on-demand requests that were refused since this coordinator began (rule 3): counted, and the latest of them kept, in memory only. They
/// change nothing about the database, and a script that asks in a loop must not fill the journal for ever.
/// </summary>
public sealed record RecentRefusals
{
    /// <summary>How many are kept: as many as the state keeps of those that earlier versions persisted.</summary>
    public const int Kept = DatabaseState.KeptRefusals;

    /// <param name="epoch">The coordinator's epoch, which sets its refusals apart from those of others.</param>
    public RecentRefusals(long epoch) => Epoch = epoch;

    /// <summary>The coordinator's epoch.</summary>
    public long Epoch { get; }

    /// <summary>How many there were, those that are kept no longer included.</summary>
    public long Count { get; private init; }

    /// <summary>The latest, oldest first.</summary>
    public ImmutableList<Attempt> Latest { get; private init; } = [];

    /// <summary>With one more.</summary>
    public RecentRefusals With(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        var attempt = new Attempt($"{InWords.Of(refusal.Operation)}-refused-{Epoch}-{Count + 1}", refusal.Operation, Trigger.OnDemand, AttemptState.Blocked, refusal.At)
        {
            FinishedAt = refusal.At,
            Error = refusal.Reason,
            BlockedBy = refusal.Holder,
            RequestKey = refusal.RequestKey,
            DryRun = refusal.DryRun,
        };
        return this with { Count = Count + 1, Latest = (Latest.Count < Kept ? Latest : Latest.RemoveAt(0)).Add(attempt) };
    }

    /// <summary>The attempts of <paramref name="state"/> and the refused requests, newest first.</summary>
    public IEnumerable<Attempt> AmongAttempts(DatabaseState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (persisted, refused) = (state.Attempts.Count - 1, Latest.Count - 1);
        while (persisted >= 0 || refused >= 0)
        {
            var refusalIsNewer = refused >= 0 && (persisted < 0 || Latest[refused].StartedAt >= state.Attempts[persisted].StartedAt);
            yield return refusalIsNewer ? Latest[refused--] : state.Attempts[persisted--];
        }
    }

    /// <summary>The kept refusal of that id, or null.</summary>
    public Attempt? Find(string id) => Latest.FindLast(a => a.Id == id);
}

/// <summary>An on-demand request that was refused.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Operation">What was asked for.</param>
/// <param name="Reason">Why it was refused, for a person.</param>
/// <param name="Holder">Who stood in its way; null when nobody did.</param>
/// <param name="RequestKey">The <c>Idempotency-Key</c> under which the answer is given again; null for none.</param>
/// <param name="DryRun">Whether it was a purge that only counts.</param>
public sealed record Refusal(DateTimeOffset At, Operation Operation, string Reason, Blocker? Holder, string? RequestKey, bool DryRun);
