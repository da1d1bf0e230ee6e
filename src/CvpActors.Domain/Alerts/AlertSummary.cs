namespace CvpActors.Domain.Alerts;

/// <summary>Makes one notification of many.</summary>
public static class AlertSummary
{
    private const int NamedDatabases = 5;

    /// <summary>The id of the summary of <paramref name="notifications"/>: the same ones have the same.</summary>
    public static string IdOf(IReadOnlyList<AlertNotification> notifications)
    {
        ArgumentNullException.ThrowIfNull(notifications);
        return $"summary/{notifications[0].Id}/{notifications.Count}";
    }

    /// <summary>What the summary of <paramref name="notifications"/> and its end are correlated by.</summary>
    public static string AlertIdOf(IReadOnlyList<AlertNotification> notifications) => IdOf(notifications).Replace('/', '-');

    /// <summary>The notification that tells all of <paramref name="notifications"/>; a single one is told as it is.</summary>
    /// <param name="notifications">In the order they happened; not empty.</param>
    public static AlertNotification Of(IReadOnlyList<AlertNotification> notifications)
    {
        ArgumentNullException.ThrowIfNull(notifications);
        if (notifications.Count == 1)
        {
            return notifications[0];
        }

        var (first, last) = (notifications[0], notifications[^1]);
        var kinds = notifications
            .GroupBy(n => (n.Code, n.Phase))
            .OrderByDescending(kind => kind.Count())
            .Select(kind => $"{kind.Count()} x {kind.Key.Code} {(kind.Key.Phase == AlertPhase.Raised ? "raised" : "cleared")} ({Databases(kind)})");
        return new AlertNotification(
            IdOf(notifications),
            Database: "",
            AlertIdOf(notifications),
            AlertCodes.Summary,
            notifications.All(n => n.Phase == AlertPhase.Cleared) ? AlertPhase.Cleared : AlertPhase.Raised,
            last.At,
            $"{notifications.Count} alerts told together, {first.At:u} to {last.At:u}: {string.Join("; ", kinds)}. The list of alerts shows each.");
    }

    private static string Databases(IEnumerable<AlertNotification> kind)
    {
        var names = kind.Select(n => n.Database).Distinct().ToList();
        var more = names.Count > NamedDatabases ? $" and {names.Count - NamedDatabases} more" : "";
        return string.Join(", ", names.Take(NamedDatabases)) + more;
    }
}
