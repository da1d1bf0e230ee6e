using System.Globalization;

namespace CvpActors.Cli;

/// <summary>The table of <c>cvpctl status</c>.</summary>
internal static class StatusTable
{
    private static readonly string[] Header = ["DATABASE", "AGENT", "LOCK", "BACKUP", "NEXT", "PURGE", "NEXT", "ALERTS"];

    /// <summary>The table; where anything is shipped it has one column more, for what is at each remote, and where anything is drilled one for what is proven.</summary>
    public static string Of(IReadOnlyCollection<DatabaseBody> databases, DateTimeOffset now)
    {
        var (ships, drills) = (databases.Any(d => d.Shipments is not null), databases.Any(d => d.Drill is not null || d.LastProven is not null));
        string[] More(string shipped, string proven) => [.. ships ? [shipped] : Array.Empty<string>(), .. drills ? [proven] : Array.Empty<string>()];
        List<string[]> rows =
        [
            [.. Header, .. More("SHIPPED", "PROVEN")],
            .. databases.Select(d => (string[])[.. Row(d, now), .. More(Shipped(d.Shipments ?? [], now), Proven(d, now))]),
        ];
        return TextTable.Of(rows);
    }

    private static string[] Row(DatabaseBody d, DateTimeOffset now) =>
    [
        d.Id,
        d.RetiredAt is null ? d.Agent : "retired",
        d.Lock is { } held ? $"{held.AttemptId} {Short(TimeSpan.FromSeconds(held.AgeSeconds))}" : "free",
        LastSuccess(d.Backup, now),
        Next(d.Backup, now),
        LastSuccess(d.Purge, now),
        Next(d.Purge, now),
        Alerts(d.Alerts),
    ];

    private static string LastSuccess(OperationBody operation, DateTimeOffset now) =>
        operation.LastSuccess?.FinishedAt is { } at ? $"{Short(now - at)} ago" : "never";

    private static string Next(OperationBody operation, DateTimeOffset now) => operation switch
    {
        { Retry: { NextAttemptAt: { } at } retry } => $"retry {retry.Retries + 1} in {Short(at - now)}",
        { Retry: not null } => "running",
        { NextDueAt: { } due } => $"in {Short(due - now)}",
        _ => "on demand",
    };

    private static string Alerts(AlertBody[] alerts)
    {
        var open = alerts.Where(a => a.ClearedAt is null).Select(a => a.Code).Distinct().ToList();
        return open.Count == 0 ? "none" : string.Join(", ", open);
    }

    private static string Shipped(ShipmentBody[] shipments, DateTimeOffset now) =>
        shipments.Length == 0 ? "nowhere" : string.Join(", ", shipments.Select(s => $"{s.Remote} {Shipped(s, now)}"));

    private static string Shipped(ShipmentBody s, DateTimeOffset now) => s switch
    {
        { State: "verified", VerifiedAt: { } at } => $"{Short(now - at)} ago",
        { State: "running", Bytes: > 0 } => $"running ({InWords(s.BytesSent)} of {InWords(s.Bytes)})",
        { WantedSince: { } since } => $"{s.State} for {Short(now - since)}",
        _ => s.State,
    };

    private static string Proven(DatabaseBody d, DateTimeOffset now) => d.LastProven is { } proven
        ? string.Create(CultureInfo.InvariantCulture, $"{proven.Generation} {Short(now - proven.At)} ago, restored in {Short(TimeSpan.FromSeconds(Math.Ceiling(proven.RestoreSeconds)))}")
        : "never";

    private static string InWords(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");

    private static string Short(TimeSpan span) =>
        span < TimeSpan.Zero ? "0s"
        : span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0}d")
        : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h{span.Minutes:00}m")
        : span.TotalMinutes >= 1 ? $"{span.Minutes}m{span.Seconds:00}s"
        : $"{span.Seconds}s";
}
