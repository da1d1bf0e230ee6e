using CvpActors.Actors.Protocol;
using CvpActors.Domain.Drills.Deciding;

namespace CvpActors.Actors.Drills;

/// <summary>What is shown of a database's drills. Pure.</summary>
internal static class DrillProjection
{
    public static DrillShown Of(DrillState state, DrillPolicy policy) => new(
        policy.From is { } from
            ? new DrillView(state.Schedule, DrillDecider.NextDueAt(state, policy), from)
            {
                UnderWay = state.UnderWay is { } u ? new DrillUnderWayView(u.AttemptId, u.Since) : null,
                Last = state.Past is [.., var last]
                    ? new DrillEndedView(last.AttemptId, last.Outcome.Succeeded, last.Since, last.EndedAt, last.Outcome.Error, last.Outcome.Note)
                    : null,
            }
            : null,
        state.Proven is { Outcome: { Generation: { } generation, RestoreTook: { } took } proof } proven
            ? new ProvenView(generation, proven.Source, proven.EndedAt, took.TotalSeconds, proof.Rows, proof.Bytes)
            : null,
        [.. state.Alerts.Select(a => new DatabaseAlertView(a.Id, a.Code, a.RaisedAt, a.ClearedAt, a.Text))]);
}
