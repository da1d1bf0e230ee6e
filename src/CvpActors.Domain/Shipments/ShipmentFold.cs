using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>How each event changes the state. Total and silent: an event that was persisted is never refused.</summary>
public static class ShipmentFold
{
    /// <summary>The state after <paramref name="happened"/>; its revision is the event's sequence number in the journal.</summary>
    public static ShipmentState Apply(ShipmentState state, IShipmentEvent happened)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(happened);
        var next = state with { Revision = state.Revision + 1, Watermark = happened.At };
        return happened switch
        {
            RemoteAdopted e => Want(next with { ConfiguredSince = e.At }, e.At),
            RemoteDropped e => Want(next with { ConfiguredSince = null, UnderWay = null }, e.At),
            GenerationBecameOld e => Want(next with { Old = e.File, OldSince = e.At, Failure = null }, e.At),
            OldFileGone e => Want(next with { Old = null, OldSince = null }, e.At),
            ShipmentRequested e => Request(next, e),
            ShipmentOrdered e => next with { UnderWay = new ShipmentUnderWay(e.Generation, e.Sha256, e.Bytes, e.At, e.Try), NextAttemptAt = null },
            GenerationVerified e => Verify(next, e),
            ShipmentFailed e => Fail(next, e),
            ShipmentClockSteppedBack e => MoveBack(next, e.From - e.At),
            ShipmentAlertRaised e => AddAlert(next, e),
            ShipmentAlertCleared e => next with { Alerts = next.Alerts.Clear(e.AlertId, e.At) },
            ShipmentAlertHandedOver e => next with { Alerts = next.Alerts.HandOver(e.AlertId, e.Phase) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }

    /// <summary>What is old and not verified is wanted, and due at once unless another generation is still on its way.</summary>
    private static ShipmentState Want(ShipmentState state, DateTimeOffset at) =>
        state.ConfiguredSince is null || state.Old is null || state.OldIsVerified
            ? state with { WantedSince = null, NextAttemptAt = null, Failure = null }
            : state with
            {
                WantedSince = state.WantedSince ?? Later(state.OldSince, state.ConfiguredSince),
                NextAttemptAt = state.UnderWay is null ? at : null,
            };

    private static ShipmentState Request(ShipmentState state, ShipmentRequested e)
    {
        var requests = e.RequestKey is { } key ? state.Requests.Add(new ShipmentRequest(key, e.Answer)) : state.Requests;
        return state with
        {
            Requests = requests.Count > ShipmentState.KeptRequests ? requests.RemoveAt(0) : requests,
            Failure = null,
            NextAttemptAt = state.UnderWay is null ? e.At : null,
        };
    }

    private static ShipmentState Verify(ShipmentState state, GenerationVerified e)
    {
        var underWay = state.UnderWay is { } other && !(other.Generation == e.Generation && other.Sha256 == e.Sha256) ? other : null;
        var verified = new VerifiedGeneration(e.Generation, e.Sha256, e.Bytes, e.BytesSent, e.BytesSaved, e.VerifiedAt, e.At);
        return Want(state with { Verified = verified, UnderWay = underWay, Failure = null, WantedSince = null }, e.At);
    }

    private static ShipmentState Fail(ShipmentState state, ShipmentFailed e)
    {
        var ended = state with { UnderWay = null };
        return e.NextAttemptAt is { } next
            ? ended with { Failure = new ShipmentFailure(e.Error, e.At, (state.Failure?.Tries ?? 0) + 1), NextAttemptAt = next }
            : Want(ended with { Failure = null }, e.At);
    }

    /// <summary>Moves all that is counted from the wall clock along with it: durations that are running go on.</summary>
    private static ShipmentState MoveBack(ShipmentState state, TimeSpan step) => state with
    {
        ConfiguredSince = state.ConfiguredSince - step,
        OldSince = state.OldSince - step,
        WantedSince = state.WantedSince - step,
        NextAttemptAt = state.NextAttemptAt - step,
        Verified = state.Verified is { } v ? v with { KnownAt = v.KnownAt - step } : null,
        UnderWay = state.UnderWay is { } u ? u with { Since = u.Since - step } : null,
    };

    private static ShipmentState AddAlert(ShipmentState state, ShipmentAlertRaised e) => state with
    {
        Alerts = state.Alerts.Raise(new Alert($"shipment-{e.Remote}-{state.Revision}", e.Code, e.Text, e.At), ShipmentState.KeptClearedAlerts),
    };

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a > b ? a : b;
}
