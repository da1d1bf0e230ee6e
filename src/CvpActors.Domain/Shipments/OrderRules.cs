using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>
/// Rule 9: what is old and not verified at the remote is ordered at once, and again after each failure until it succeeds or another generation is
/// old. What is on its way goes on to its end: a newer one waits for that.
/// </summary>
internal static class OrderRules
{
    private const int LongestError = 500;

    public static void Told(ShipmentDraft draft, OldFile? file)
    {
        if (file == draft.State.Old)
        {
            return;
        }

        draft.Record(file is null ? new OldFileGone(draft.Now) : new GenerationBecameOld(draft.Now, file));
    }

    /// <summary>The answer to a wish for a shipment now; null when there is nothing to ship.</summary>
    public static RequestedShipment? Request(ShipmentDraft draft, string? requestKey)
    {
        if (requestKey is not null && draft.State.Requests.FindLast(r => r.Key == requestKey) is { } earlier)
        {
            return earlier.Answer;
        }

        if (draft.State is not { ConfiguredSince: not null, Old: { } old })
        {
            return null;
        }

        var outcome = draft.State.UnderWay is { } underWay && old.Is(underWay.Generation, underWay.Sha256) ? RequestOutcome.Running
            : draft.State.OldIsVerified ? RequestOutcome.Again
            : RequestOutcome.Due;
        var answer = new RequestedShipment(draft.Policy.Remote, old.Generation, outcome);
        draft.Record(new ShipmentRequested(draft.Now, answer, requestKey));
        return answer;
    }

    /// <summary>A verification of what is neither on its way nor old was told before, or belongs to a file of the past: it changes nothing.</summary>
    public static void Verified(ShipmentDraft draft, VerificationTold told)
    {
        var state = draft.State;
        var bytes = IsUnderWay(state, told.Generation, told.Sha256) ? state.UnderWay!.Bytes
            : state is { ConfiguredSince: not null, OldIsVerified: false, Old: { } old } && old.Is(told.Generation, told.Sha256) ? old.Bytes
            : (long?)null;
        if (bytes is { } length)
        {
            draft.Record(new GenerationVerified(
                draft.Now, told.Generation, told.Sha256, length, told.BytesSent, told.BytesSaved, told.VerifiedAt ?? draft.Now));
        }
    }

    public static void Failed(ShipmentDraft draft, FailureTold told)
    {
        if (!IsUnderWay(draft.State, told.Generation, told.Sha256))
        {
            return;
        }

        var isStillOld = draft.State.Old is { } old && old.Is(told.Generation, told.Sha256);
        draft.Record(new ShipmentFailed(
            draft.Now,
            told.Generation,
            told.Sha256,
            told.Error.Length <= LongestError ? told.Error : told.Error[..LongestError] + "…",
            isStillOld ? draft.Now + ShipmentPolicy.Backoff((draft.State.Failure?.Tries ?? 0) + 1) : null));
    }

    public static void OrderWhatIsDue(ShipmentDraft draft)
    {
        if (draft is { AgentIsPresent: true, State: { UnderWay: null, Old: { } old } state } && state.NextAttemptAt <= draft.Now)
        {
            draft.Record(new ShipmentOrdered(draft.Now, old.Generation, old.Sha256, old.Bytes, (state.Failure?.Tries ?? 0) + 1));
        }
    }

    private static bool IsUnderWay(ShipmentState state, long generation, string sha256) =>
        state.UnderWay is { } underWay && underWay.Generation == generation && underWay.Sha256 == sha256;
}
