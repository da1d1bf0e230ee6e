using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Offsite;

/// <summary>What is shown of a database's shipments to one remote. Pure.</summary>
internal static class ShipmentProjection
{
    /// <param name="state">What is known.</param>
    /// <param name="remote">The remote.</param>
    /// <param name="agentIsPresent">What is on its way with an agent that is away does not run.</param>
    /// <param name="progress">The latest report of what is on its way, or null.</param>
    public static ShipmentShown Of(ShipmentState state, string remote, bool agentIsPresent, ShipmentReported? progress)
    {
        var view = state.ConfiguredSince is null ? null : View(state, remote, agentIsPresent, progress) with
        {
            WantedSince = state.WantedSince,
            NextAttemptAt = state.NextAttemptAt,
        };
        return new ShipmentShown(remote, view, [.. state.Alerts.Select(a => new DatabaseAlertView(a.Id, a.Code, a.RaisedAt, a.ClearedAt, a.Text))])
        {
            Verified = state.Verified is { } verified ? new ShippedGeneration(remote, verified.Generation, verified.Sha256) : null,
        };
    }

    private static ShipmentView View(ShipmentState state, string remote, bool agentIsPresent, ShipmentReported? progress)
    {
        var verifiedAt = state.Verified?.VerifiedAt;
        return state switch
        {
            { UnderWay: { } u } => new ShipmentView(
                remote, u.Generation, agentIsPresent ? ShipmentStateView.Running : ShipmentStateView.Pending, u.Bytes, progress?.BytesSent ?? 0, verifiedAt, null)
            {
                BytesSaved = progress?.BytesSaved,
                BytesPerSecond = agentIsPresent ? progress?.BytesPerSecond : null,
                SecondsLeft = agentIsPresent ? progress?.TimeLeft?.TotalSeconds : null,
            },
            { NextAttemptAt: not null, Old: { } old } => new ShipmentView(
                remote, old.Generation, state.Failure is null ? ShipmentStateView.Pending : ShipmentStateView.Failed, old.Bytes, 0, verifiedAt, state.Failure?.Error),
            { Verified: { } v } => new ShipmentView(remote, v.Generation, ShipmentStateView.Verified, v.Bytes, v.BytesSent, verifiedAt, null)
            {
                BytesSaved = v.BytesSaved,
            },
            _ => new ShipmentView(remote, null, ShipmentStateView.Pending, 0, 0, null, null),
        };
    }
}
