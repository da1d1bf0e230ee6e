using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>
/// An alert is told twice, when it is raised and when it is cleared; each notification is handed to delivery until delivery has taken it over.
/// </summary>
internal static class NotificationRules
{
    /// <summary>The notifications that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> ToHandOver(IEnumerable<Alert> alerts, string database)
    {
        foreach (var alert in alerts)
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
        if (IsAwaited(draft.State.Alerts.Find(a => a.Id == taken.AlertId), taken.Phase))
        {
            draft.Record(new AlertHandedOver(draft.Now, taken.AlertId, taken.Phase));
        }
    }

    /// <summary>Whether that notification of an alert has been handed over and not yet been taken over.</summary>
    public static bool IsAwaited(Alert? alert, AlertPhase phase) => phase == AlertPhase.Raised
        ? alert is { RaisedHandedOver: false }
        : alert is { ClearedAt: not null, ClearedHandedOver: false };

    // The id is permanent: delivery and receivers tell a second copy by it, also across versions and restarts.
    private static AlertNotification Notification(string database, Alert alert, AlertPhase phase, DateTimeOffset at) =>
        new($"{database}/{alert.Id}/{(phase == AlertPhase.Raised ? "raised" : "cleared")}", database, alert.Id, alert.Code, phase, at, alert.Text);
}
