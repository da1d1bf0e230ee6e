using System.Collections.Immutable;
using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance;

/// <summary>How the alerts of a state change, oldest first; of those that everybody has been told the end of only the latest are kept.</summary>
internal static class AlertList
{
    /// <summary>The list with one more, and with no more than <paramref name="keptSettled"/> settled ones.</summary>
    public static ImmutableList<Alert> Raise(this ImmutableList<Alert> alerts, Alert raised, int keptSettled) =>
        alerts.Add(raised).KeepSettled(keptSettled, alert => alert);

    /// <summary>The list without the oldest settled ones beyond <paramref name="kept"/>.</summary>
    public static ImmutableList<T> KeepSettled<T>(this ImmutableList<T> alerts, int kept, Func<T, Alert> alertOf)
    {
        var settled = alerts.FindAll(a => alertOf(a).IsSettled);
        return alerts.RemoveRange(settled.Take(Math.Max(0, settled.Count - kept)));
    }

    /// <summary>The list with one of them cleared; one that is not there is no reason to complain.</summary>
    public static ImmutableList<Alert> Clear(this ImmutableList<Alert> alerts, string id, DateTimeOffset at) =>
        alerts.Change(id, alert => alert with { ClearedAt = at });

    /// <summary>The list with one of them handed to delivery.</summary>
    public static ImmutableList<Alert> HandOver(this ImmutableList<Alert> alerts, string id, AlertPhase phase) =>
        alerts.Change(id, alert => alert.HandedOver(phase));

    private static ImmutableList<Alert> Change(this ImmutableList<Alert> alerts, string id, Func<Alert, Alert> change)
    {
        var index = alerts.FindIndex(a => a.Id == id);
        return index < 0 ? alerts : alerts.SetItem(index, change(alerts[index]));
    }
}
