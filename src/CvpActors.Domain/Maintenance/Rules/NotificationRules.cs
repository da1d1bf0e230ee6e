using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// An alert is told twice, when it is raised and when it is cleared; each notification is handed to delivery until delivery has taken it over.
/// </summary>
internal static class NotificationRules
{
    /// <summary>The notifications that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> ToHandOver(DatabaseState state, string database)
    {
        foreach (var alert in state.Alerts)
        {
            if (!alert.RaisedHandedOver)
            {
                yield return Notification(database, alert, AlertPhase.Raised, alert.RaisedAt);
            }

            if (alert is { ClearedAt: { } clearedAt, ClearedHandedOver: false })
            {
                yield return Notification(database, alert, AlertPhase.Cleared, clearedAt);
            }
        }
    }

    public static void TakenOver(Draft draft, NotificationTakenOver taken)
    {
        var alert = draft.State.Alerts.Find(a => a.Id == taken.AlertId);
        var awaited = taken.Phase == AlertPhase.Raised
            ? alert is { RaisedHandedOver: false }
            : alert is { ClearedAt: not null, ClearedHandedOver: false };
        if (awaited)
        {
            draft.Record(new AlertHandedOver(draft.Now, taken.AlertId, taken.Phase));
        }
    }

    // The id is permanent: delivery and receivers tell a second copy by it, also across versions and restarts.
    private static AlertNotification Notification(string database, Alert alert, AlertPhase phase, DateTimeOffset at) =>
        new($"{database}/{alert.Id}/{(phase == AlertPhase.Raised ? "raised" : "cleared")}", database, alert.Id, alert.Code, phase, at, alert.Text);
}
