using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Drills.Deciding;

/// <summary>How each event changes the state. Total and silent: an event that was persisted is never refused.</summary>
public static class DrillFold
{
    /// <summary>The state after <paramref name="happened"/>; its revision is the event's sequence number in the journal.</summary>
    public static DrillState Apply(DrillState state, IDrillEvent happened)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(happened);
        var next = state with { Revision = state.Revision + 1, Watermark = happened.At };
        return happened switch
        {
            DrillsAdopted e => next with { ConfiguredSince = next.ConfiguredSince ?? e.At, Schedule = e.Schedule, CountedUntil = e.At },
            DrillsDropped => next with { ConfiguredSince = null, Schedule = null },
            DrillPassedOver e => next with { CountedUntil = e.DueAt },
            DrillBegun e => Begin(next, e),
            DrillEnded e => End(next, e),
            DrillClockSteppedBack e => MoveBack(next, e.From - e.At),
            DrillAlertRaised e => next with { Alerts = next.Alerts.Raise(new Alert($"drill-alert-{next.Revision}", e.Code, e.Text, e.At), DrillState.KeptClearedAlerts) },
            DrillAlertCleared e => next with { Alerts = next.Alerts.Clear(e.AlertId, e.At) },
            DrillAlertHandedOver e => next with { Alerts = next.Alerts.HandOver(e.AlertId, e.Phase) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }

    private static DrillState Begin(DrillState state, DrillBegun e)
    {
        var id = FormattableString.Invariant($"drill-{state.Revision}");
        var requests = e.RequestKey is { } key ? state.Requests.Add(new DrillRequest(key, id)) : state.Requests;
        return state with
        {
            UnderWay = new DrillUnderWay(id, e.Trigger, e.Source, e.At),
            CountedUntil = e.DueAt ?? state.CountedUntil,
            Requests = requests.Count > DrillState.KeptDrills ? requests.RemoveAt(0) : requests,
        };
    }

    private static DrillState End(DrillState state, DrillEnded e)
    {
        if (state.UnderWay is not { } ended || ended.AttemptId != e.AttemptId)
        {
            return state;
        }

        var past = new PastDrill(ended.AttemptId, ended.Trigger, ended.Source, ended.Since, e.At, e.Outcome);
        var kept = state.Past.Add(past);
        return state with
        {
            UnderWay = null,
            Past = kept.Count > DrillState.KeptDrills ? kept.RemoveAt(0) : kept,
            Proven = e.Outcome.Succeeded ? past : state.Proven,
        };
    }

    /// <summary>Moves all that is counted from the wall clock along with it: durations that are running go on.</summary>
    private static DrillState MoveBack(DrillState state, TimeSpan step) => state with
    {
        ConfiguredSince = state.ConfiguredSince - step,
        CountedUntil = state.CountedUntil - step,
        Proven = state.Proven is { } proven ? proven with { EndedAt = proven.EndedAt - step } : null,
    };
}
