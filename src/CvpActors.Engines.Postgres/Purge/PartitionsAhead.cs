using System.Globalization;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Makes the partitions of the days to come, as long and named as the last one is: where that one's name has the date of its first moment in it
/// (<c>20260131</c>, <c>2026_01_31</c>, <c>2026-01-31</c>, or by month or hour likewise), the next one has the next date; otherwise the date is added to the table's name.
/// </summary>
/// <remarks>It is made as a table of its own and attached, which needs no lock that readers or writers would wait for.</remarks>
internal sealed class PartitionsAhead(PurgeBatches batches, PurgeTarget target)
{
    private const int MostAtOnce = 1000;
    private static readonly string[] DatesInNames = ["yyyyMMddHHmm", "yyyyMMddHH", "yyyyMMdd", "yyyy_MM_dd_HH", "yyyy_MM_dd", "yyyy-MM-dd", "yyyyMM", "yyyy_MM", "yyyy-MM", "yyyy"];

    /// <param name="until">Up to which moment there shall be partitions.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task MakeAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        var tree = await PartitionTree.ReadAsync(batches.Session, target, cancellation);
        var last = tree.Partitions.Where(partition => partition is { From: not null, To: not null }).MaxBy(partition => partition.To);
        if (!tree.IsByTime || last is null || tree.Partitions.Any(partition => partition is { To: null, IsDefault: false }))
        {
            return;
        }

        var (from, to) = (last.From!.Value, last.To!.Value);
        var name = last.Name;
        for (var made = 0; to < until && made < MostAtOnce; made++)
        {
            var next = (From: to, To: Following(from, to));
            name = NameOf(name, from, next.From, next.To);
            await MakeAsync(name, target.Date.ToBound(next.From), target.Date.ToBound(next.To), cancellation);
            (from, to) = next;
        }
    }

    /// <summary>The end of the partition after this one: a month and a year have not always the same length.</summary>
    internal static DateTimeOffset Following(DateTimeOffset from, DateTimeOffset to) =>
        from.AddMonths(1) == to ? to.AddMonths(1) : from.AddYears(1) == to ? to.AddYears(1) : to + (to - from);

    /// <summary>The name after a name.</summary>
    internal static string Renamed(string plain, string table, DateTimeOffset from, DateTimeOffset nextFrom, TimeSpan length)
    {
        var inName = DatesInNames.FirstOrDefault(format => plain.Contains(Written(from, format), StringComparison.Ordinal) && (length >= LengthOf(format)));
        if (inName is not null)
        {
            var at = plain.LastIndexOf(Written(from, inName), StringComparison.Ordinal);
            return plain[..at] + Written(nextFrom, inName) + plain[(at + inName.Length)..];
        }

        return $"{table}_p{Written(nextFrom, length < TimeSpan.FromDays(1) ? "yyyyMMddHHmm" : "yyyyMMdd")}";
    }

    private static string Written(DateTimeOffset moment, string format) => moment.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A partition shorter than what its name would tell would have the name of another.</summary>
    private static TimeSpan LengthOf(string format) => format.EndsWith("mm", StringComparison.Ordinal) ? TimeSpan.FromMinutes(1)
        : format.EndsWith("HH", StringComparison.Ordinal) ? TimeSpan.FromHours(1)
        : format.EndsWith("dd", StringComparison.Ordinal) ? TimeSpan.FromDays(1)
        : format.EndsWith("MM", StringComparison.Ordinal) ? TimeSpan.FromDays(28) : TimeSpan.FromDays(365);

    private string NameOf(string quoted, DateTimeOffset from, DateTimeOffset nextFrom, DateTimeOffset nextTo)
    {
        var (schema, plain) = Split(quoted);
        return $"{schema}.\"{Renamed(plain, Split(target.Table.Name).Plain, from, nextFrom, nextTo - nextFrom).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A quoted name's schema, as it is, and its own part, unquoted.</summary>
    private static (string Schema, string Plain) Split(string quoted)
    {
        var inQuotes = false;
        for (var i = 0; i < quoted.Length; i++)
        {
            inQuotes ^= quoted[i] == '"';
            if (quoted[i] == '.' && !inQuotes)
            {
                var plain = quoted[(i + 1)..];
                return (quoted[..i], plain[0] == '"' ? plain[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : plain);
            }
        }

        return ("public", quoted);
    }

    private Task MakeAsync(string name, string from, string to, CancellationToken cancellation) => batches.InsistAsync(
        target.Table.Name,
        () => batches.CommitAsync(
            $"the partition {name}", null,
            () => batches.Session.ExecuteAsync(
                $"CREATE TABLE {name} (LIKE {target.Table.Name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION); "
                + $"ALTER TABLE {target.Table.Name} ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({to})",
                cancellation),
            cancellation),
        cancellation);
}
