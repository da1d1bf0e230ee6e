using System.Globalization;
using System.Text;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>Says of a category none of whose rows can be dated what its values look like: most likely the configuration names another format.</summary>
internal static class UndatableCategory
{
    private const int Shown = 3;
    private const int LongestShown = 40;

    /// <summary>The error, for a person.</summary>
    public static SqliteDatabaseException Error(SqliteSession session, PurgeTarget target, DateTimeOffset now)
    {
        var category = target.Category;
        var column = SqliteIdentifier.Quote(category.TimestampColumn);
        var values = new List<object?>();
        using (var rows = session.Prepare($"SELECT DISTINCT {column} FROM {target.Table.Name} WHERE {column} IS NOT NULL LIMIT {Shown}"))
        {
            while (rows.Step())
            {
                values.Add(rows.Value(0));
            }
        }

        var seen = values.Count == 0 ? "all are NULL" : $"it holds {string.Join(", ", values.Select(Show))}";
        return new SqliteDatabaseException(
            $"no row of category \"{category.Name}\" of {session.Path} can be dated: column \"{category.TimestampColumn}\" is read as "
            + $"{TimestampFormats.Named.First(n => n.Format == category.TimestampFormat).Name}, and {seen}{Advice(category.TimestampFormat, values, now)}");
    }

    private static string Advice(TimestampFormat configured, List<object?> values, DateTimeOffset now)
    {
        var latest = DatableSpan.LatestAt(now).ToUnixTimeMilliseconds();
        var fitting = TimestampFormats.Named.FirstOrDefault(n => n.Format != configured && values.Count > 0 && values.All(v => RowDate.Of(n.Format, v) <= latest));
        return fitting.Name is { } name
            ? $", which seems to be {name}; set timestamp-format = {name} if it is"
            : "; allowed: times from 1990 to a day from now in that format. Nothing of this category was deleted";
    }

    private static string Show(object? value) => value switch
    {
        StoredText text => Cut($"'{Printable(Encoding.UTF8.GetString(text.Utf8.AsSpan()[..Math.Min(text.Utf8.Length, 4 * LongestShown)]))}", "'"),
        byte[] bytes => Cut("x'" + Convert.ToHexString(bytes.AsSpan()[..Math.Min(bytes.Length, LongestShown)]), "'"),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "NULL",
    };

    private static string Cut(string text, string end) => text.Length <= LongestShown ? text + end : text[..LongestShown] + "…" + end;

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
