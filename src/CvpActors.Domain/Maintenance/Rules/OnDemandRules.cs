using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>An on-demand run starts now or is refused at once, with the reason; it is never retried (rule 3), and what was refused is not persisted.</summary>
internal static class OnDemandRules
{
    public static DatabaseReply RequestRun(Draft draft, RequestRun request)
    {
        if (request.RequestKey is { } key && Earlier(draft, new RunIdentity(request.Operation, request.DryRun, key)) is { } earlier)
        {
            return earlier;
        }

        if (request.Operation == Operation.Restore && RestoreRules.WhyNot(draft, request) is { } problem)
        {
            return new NotPossible(problem);
        }

        if (draft.Agent.Contact == AgentContact.Awaited)
        {
            return new AgentMissing(LockRules.AgentMissingReason(draft)) { Awaited = true };
        }

        if (draft.Agent.Contact != AgentContact.Connected)
        {
            // Not recorded under its key: the same request may be sent again once the agent is back.
            var missing = LockRules.AgentMissingReason(draft);
            Refuse(draft, request with { RequestKey = null }, missing, holder: null);
            return new AgentMissing(missing);
        }

        if (LockRules.InTheWayOf(draft.State, request.Operation) is { } held)
        {
            var holder = LockRules.AsBlocker(held);
            var reason = LockRules.HeldReason(draft, held);
            Refuse(draft, request, reason, holder);
            return new RunRefused(reason, holder);
        }

        if (InterlockRules.WhyNot(draft, request.Operation, request.DryRun) is { } uncovered)
        {
            // Not recorded under its key: the same request may be sent again once there is a backup.
            Refuse(draft, request with { RequestKey = null }, uncovered, holder: null);
            return new NotPossible(uncovered);
        }

        if (draft.Slot is { State: not RunSlotState.Granted } full)
        {
            // Not recorded under its key: the same request may be sent again once there is room.
            var reason = full.Reason ?? "as many operations run at once as policy.max-concurrent allows";
            Refuse(draft, request with { RequestKey = null }, reason, holder: null);
            return new NoRoom(reason);
        }

        var granted = LockRules.Grant(draft, request.Operation, Trigger.OnDemand, request.DryRun, request.RequestKey, request.Restore);
        return new RunGranted(granted.AttemptId, granted.Token) { Target = granted.Restore?.Target };
    }

    /// <summary>What the same restore was answered before; it is asked for before it is planned, since a plan would choose another place.</summary>
    public static DatabaseReply Recall(Draft draft, RecallRestore recall)
    {
        var same = new RunIdentity(Operation.Restore, DryRun: false, recall.RequestKey);
        return Find(draft, same) is { Restore: { } order } other && !order.Answers(recall.Wish)
            ? new NotPossible($"this Idempotency-Key belongs to {other.Id}, which was asked for from {order.Source} to {order.Target}; use a new key")
            : Earlier(draft, same) ?? new NotThere($"{draft.Policy.Database} has no restore of this Idempotency-Key");
    }

    private static void Refuse(Draft draft, RequestRun request, string reason, Blocker? holder) =>
        draft.Refuse(new Refusal(draft.Now, request.Operation, reason, holder, request.RequestKey, request.DryRun));

    /// <summary>The answer that the same request got before.</summary>
    private static DatabaseReply? Earlier(Draft draft, RunIdentity same) => Find(draft, same) switch
    {
        null => null,
        { State: not AttemptState.Blocked } other when other.DryRun != same.DryRun =>
            new NotPossible($"this Idempotency-Key belongs to {other.Id}, which was asked for with dryRun {(other.DryRun ? "true" : "false")}; use a new key"),
        { BlockedBy: { } holder } refused => new RunRefused(refused.Error ?? "", holder),
        { } granted => new RunGranted(granted.Id, granted.Token ?? 0) { Target = granted.Restore?.Target },
    };

    private static Attempt? Find(Draft draft, RunIdentity same)
    {
        bool IsSame(Attempt attempt) => attempt.RequestKey == same.RequestKey && attempt.Operation == same.Operation;
        return draft.State.Attempts.FindLast(IsSame) ?? draft.Refusals?.Latest.FindLast(IsSame);
    }

    /// <summary>What makes two requests the same.</summary>
    private sealed record RunIdentity(Operation Operation, bool DryRun, string RequestKey);
}
