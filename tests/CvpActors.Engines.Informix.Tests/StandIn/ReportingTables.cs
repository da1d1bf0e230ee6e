using System.Globalization;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix.Tests.StandIn;

/// <summary>Tables of a stand-in's reporting database: rows a day, and the fragments that the catalogue tells.</summary>
public sealed class ReportingTables(StandInServer server)
{
    /// <summary>Now, to the day: what is old is counted from here.</summary>
    public static DateOnly Today { get; } = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    public static RetentionCategory Category(string table, int days, string? parent = null) =>
        new(table, table, "callstartdate", TimestampFormat.Native, TimeSpan.FromDays(days), parent);

    public static PurgePlan Plan(params RetentionCategory[] categories) => PurgePlan.Create(categories, batchRows: 1000, TimeSpan.Zero);

    /// <summary>A table that is not fragmented.</summary>
    public ReportingTables Plain(string table)
    {
        server.Sql($"CREATE TABLE {table} (callguid TEXT, callstartdate TEXT); INSERT INTO systables (tabname, fragcolumn) VALUES ('{table}', 'callstartdate')");
        return this;
    }

    /// <summary>A table with a fragment a day, from so many days ago to today.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="daysBack">How old the first fragment is.</param>
    /// <param name="form">The expression of a day; {0}: the day, {1}: the next, as the server writes dates.</param>
    public ReportingTables Fragmented(string table, int daysBack, string form = "(callstartdate = '{0}' )")
    {
        Plain(table);
        var inserts = new List<string>();
        for (var day = Today.AddDays(-daysBack); day <= Today; day = day.AddDays(1))
        {
            var expression = string.Format(CultureInfo.InvariantCulture, form, Written(day), Written(day.AddDays(1))).Replace("'", "''", StringComparison.Ordinal);
            inserts.Add($"INSERT INTO sysfragments SELECT tabid, 'T', 'p{day:yyyyMMdd}', '{expression}', 'cvpdbs', '{day:yyyy-MM-dd}', '{day.AddDays(1):yyyy-MM-dd}' FROM systables WHERE tabname = '{table}'");
        }

        server.Sql($"BEGIN; {string.Join("; ", inserts)}; COMMIT");
        return this;
    }

    /// <summary>Rows of one day.</summary>
    public ReportingTables Rows(string table, int daysAgo, int rows)
    {
        server.Sql($"INSERT INTO {table} VALUES {string.Join(", ", Enumerable.Range(0, rows).Select(row => $"('{daysAgo}-{row}', '{Today.AddDays(-daysAgo):yyyy-MM-dd}')"))}");
        return this;
    }

    /// <summary>A foreign key by <c>callguid</c>.</summary>
    public ReportingTables Refers(string child, string parent, string onDelete = "R")
    {
        server.Sql($"INSERT INTO sysreferences SELECT tabid, '{child}', 'callguid', '{onDelete}' FROM systables WHERE tabname = '{parent}'");
        return this;
    }

    public long Count(string table, string where = "1 = 1") => server.Number($"SELECT COUNT(*) FROM {table} WHERE {where}");

    public long Fragments(string table) => server.Number($"SELECT COUNT(*) FROM sysfragments f, systables t WHERE f.tabid = t.tabid AND t.tabname = '{table}'");

    private static string Written(DateOnly day) => day.ToString("MM/dd/yyyy", CultureInfo.InvariantCulture);
}
