using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix;

/// <summary>A category's names and conditions in SQL.</summary>
internal static class CategoryNames
{
    /// <summary>Its table and column.</summary>
    /// <exception cref="ReportingDatabaseException">They are none that need no quotes, or are of a format that this engine does not read.</exception>
    public static (string Table, string Column) Of(RetentionCategory category)
    {
        foreach (var name in new[] { category.Table, category.TimestampColumn })
        {
            if (!SqlName.IsPlain(name))
            {
                throw new ReportingDatabaseException($"category \"{category.Name}\": \"{name}\" is no name that informix takes without quotes; {SqlName.Allowed}");
            }
        }

        return category.TimestampFormat == TimestampFormat.Native
            ? (category.Table, category.TimestampColumn)
            : throw new ReportingDatabaseException($"category \"{category.Name}\": informix dates rows by DATE and DATETIME columns; allowed: timestamp-format = native");
    }

    /// <summary>Rows that are old and believed, up to a day.</summary>
    public static string Old(string column, DateOnly before) => $"{column} >= {SqlDate.Of(SqlDate.Earliest)} AND {column} < {SqlDate.Of(before)}";

    /// <summary>Rows whose date is missing or not believed.</summary>
    public static string Undatable(string column, DateTimeOffset now) =>
        $"{column} IS NULL OR {column} < {SqlDate.Of(SqlDate.Earliest)} OR {column} >= {SqlDate.Of(SqlDate.FirstUnbelieved(now))}";
}
