using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Alerts;

/// <summary>An alert is raised once per cause and cleared when the cause has gone.</summary>
internal static class AlertRules
{
    public static void Raise(Deliberation d, string code, Operation? operation, string text) =>
        d.Record(new AlertRaised(d.Now, code, operation, text));

    /// <summary>Raises unless an alert of that code is open.</summary>
    public static void RaiseOnce(Deliberation d, string code, Operation? operation, string text)
    {
        if (OpenAlert(d.State, code) is null)
        {
            Raise(d, code, operation, text);
        }
    }

    /// <summary>Clears all open alerts of that code, of one operation or (null) of any.</summary>
    public static void ClearAll(Deliberation d, string code, Operation? operation = null)
    {
        foreach (var alert in d.State.Alerts)
        {
            if (alert.Code == code && alert.ClearedAt is null && (operation is null || alert.Operation == operation))
            {
                d.Record(new AlertCleared(d.Now, alert.Id));
            }
        }
    }

    public static DatabaseReply? TakenOver(Deliberation d, NotificationTakenOver taken)
    {
        var alert = d.State.Alerts.Find(a => a.Id == taken.AlertId);
        var awaited = taken.Phase == AlertPhase.Raised
            ? alert is { RaisedHandedOver: false }
            : alert is { ClearedAt: not null, ClearedHandedOver: false };
        if (awaited)
        {
            d.Record(new AlertHandedOver(d.Now, taken.AlertId, taken.Phase));
        }

        return null;
    }

    public static Alert? OpenAlert(DatabaseState state, string code) => state.Alerts.FindLast(a => a.Code == code && a.ClearedAt is null);

    public static DatabaseState Add(DatabaseState state, AlertRaised e)
    {
        var alerts = state.Alerts.Add(new Alert($"alert-{state.Revision}", e.Code, e.Text, e.At) { Operation = e.Operation });
        var settled = alerts.FindAll(a => a is { ClearedAt: not null, RaisedHandedOver: true, ClearedHandedOver: true });
        return state with
        {
            Alerts = alerts.RemoveRange(settled.Take(Math.Max(0, settled.Count - DatabaseState.KeptClearedAlerts))),
        };
    }

    public static DatabaseState Change(DatabaseState state, string id, Func<Alert, Alert> change)
    {
        var index = state.Alerts.FindIndex(a => a.Id == id);
        return index < 0 ? state : state with { Alerts = state.Alerts.SetItem(index, change(state.Alerts[index])) };
    }
}
