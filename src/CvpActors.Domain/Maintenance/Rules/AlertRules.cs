namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>An alert is raised once per cause and cleared when the cause has gone.</summary>
internal static class AlertRules
{
    /// <summary>
    /// So many alerts of one code are open at once. Each night that fails raises its own (rule 5); after a month of them the oldest ends, or a
    /// database that nobody looks after would grow for ever.
    /// </summary>
    private const int MostOpen = 31;

    public static void Raise(Draft draft, string code, Operation? operation, string text)
    {
        var open = draft.State.Alerts.FindAll(a => a.Code == code && a.ClearedAt is null);
        if (open.Count >= MostOpen)
        {
            draft.Record(new AlertCleared(draft.Now, open[0].Id));
        }

        draft.Record(new AlertRaised(draft.Now, code, operation, text));
    }

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
