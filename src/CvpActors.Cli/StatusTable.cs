using System.Globalization;
using System.Text;

namespace CvpActors.Cli;

/// <summary>The table of <c>cvpctl status</c>.</summary>
internal static class StatusTable
{
    private static readonly string[] Header = ["DATABASE", "AGENT", "LOCK", "BACKUP", "NEXT", "PURGE", "NEXT", "ALERTS"];

    public static string Of(IEnumerable<DatabaseBody> databases, DateTimeOffset now)
    {
        List<string[]> rows = [Header, .. databases.Select(d => Row(d, now))];
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(r => r[column].Length)).ToArray();
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return table.ToString();
    }

    private static string[] Row(DatabaseBody d, DateTimeOffset now) =>
    [
        d.Id,
        d.Agent,
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

    private static string Short(TimeSpan span) =>
        span < TimeSpan.Zero ? "0s"
        : span.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0}d")
        : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h{span.Minutes:00}m")
        : span.TotalMinutes >= 1 ? $"{span.Minutes}m{span.Seconds:00}s"
        : $"{span.Seconds}s";
}
