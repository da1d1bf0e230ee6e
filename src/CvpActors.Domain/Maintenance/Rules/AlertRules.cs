namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>An alert is raised once per cause and cleared when the cause has gone.</summary>
internal static class AlertRules
{
    public static void Raise(Draft draft, string code, Operation? operation, string text) =>
        draft.Record(new AlertRaised(draft.Now, code, operation, text));

    /// <summary>Raises unless an alert of that code is open.</summary>
    public static void RaiseOnce(Draft draft, string code, Operation? operation, string text)
    {
        if (OpenAlert(draft.State, code) is null)
        {
            Raise(draft, code, operation, text);
        }
    }

    /// <summary>Clears all open alerts of that code, of one operation or (null) of any.</summary>
    public static void ClearAll(Draft draft, string code, Operation? operation = null)
    {
        foreach (var alert in draft.State.Alerts)
        {
            if (alert.Code == code && alert.ClearedAt is null && (operation is null || alert.Operation == operation))
            {
                draft.Record(new AlertCleared(draft.Now, alert.Id));
            }
        }
    }

    public static Alert? OpenAlert(DatabaseState state, string code) => state.Alerts.FindLast(a => a.Code == code && a.ClearedAt is null);
}
