using System.Text.RegularExpressions;

namespace CvpActors.Engines.Sqlite;

/// <summary>One table of a dump, as far as its verification has to know it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Module">The module of a virtual table; null for one that has rows of its own.</param>
/// <param name="IsModuleKnown">Whether this SQLite has the module.</param>
/// <param name="Weight">How much there is to look at, roughly: the longest is begun first.</param>
internal sealed record DumpTable(string Name, string? Module, bool IsModuleKnown, double Weight);

/// <summary>What a dump says it consists of.</summary>
internal static partial class DumpSchema
{
    /// <param name="path">The dump.</param>
    /// <param name="roots">The first page of every tree.</param>
    /// <exception cref="SqliteDatabaseException">Its schema cannot be read.</exception>
    public static IReadOnlyList<DumpTable> Read(string path, out IReadOnlyList<long> roots)
    {
        using var session = SqliteSession.OpenImmutable(path);
        var modules = Column(session, "SELECT name FROM pragma_module_list").ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<DumpTable> tables = [new DumpTable("sqlite_schema", null, true, 0)];
        List<long> firsts = [1];
        var indexes = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var named = new List<(string Name, string? Sql)>();
        using (var schema = session.Prepare("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema"))
        {
            while (schema.Step())
            {
                var (type, name) = (schema.Text(0), schema.Text(1) ?? "");
                if (schema.Long(3) > 0)
                {
                    firsts.Add(schema.Long(3));
                }

                if (type == "table")
                {
                    named.Add((name, schema.Long(3) > 0 ? null : schema.Text(4)));
                }
                else if (type == "index")
                {
                    var table = schema.Text(2) ?? "";
                    indexes[table] = indexes.GetValueOrDefault(table) + 1;
                }
            }
        }

        foreach (var (name, sql) in named)
        {
            var module = sql is null ? null : ModuleName().Match(sql).Groups[1].Value;
            tables.Add(new DumpTable(
                name, module, module is null || modules.Contains(module), module is null ? (1 + indexes.GetValueOrDefault(name)) * LastRow(session, name) : 0));
        }

        roots = firsts;
        return tables;
    }

    private static List<string> Column(SqliteSession session, string sql)
    {
        using var statement = session.Prepare(sql);
        var values = new List<string>();
        while (statement.Step())
        {
            values.Add(statement.Text(0) ?? "");
        }

        return values;
    }

    // A guess at how many rows there are, found in no time. A table without row ids has none to tell.
    private static double LastRow(SqliteSession session, string table)
    {
        try
        {
            return session.Ask($"SELECT max(rowid) FROM {SqliteIdentifier.Quote(table)}");
        }
        catch (SqliteDatabaseException)
        {
            return 0;
        }
    }

    [GeneratedRegex(@"\bUSING\s+[""'`\[]?(\w+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ModuleName();
}
