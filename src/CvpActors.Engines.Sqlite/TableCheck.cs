using System.Text.RegularExpressions;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Looks at one table of a dump with all its indexes. Where SQLite alone cannot, because the table needs a collation, a function, a tokenizer or a
/// module that only the database's own program has, what can be looked at without it is: the trees, and every row by itself.
/// </summary>
internal static partial class TableCheck
{
    // As many findings as SQLite tells of one table, unless it is told another number, which it takes in place of the table's name.
    private const int MostFindings = 100;
    private const int FindingsTold = 10;
    private const int MostParts = 1000;

    /// <returns>What could not be looked at, and why, in words; null when all was and is in order.</returns>
    /// <exception cref="SqliteDatabaseException">The table is damaged.</exception>
    public static string? Run(SqliteSession session, DumpTable table)
    {
        if (!table.IsModuleKnown)
        {
            return $"{table.Name} needs the module {table.Module}";
        }

        var findings = Ask(session, "integrity_check", table, out var error);
        if (error is null)
        {
            return Judge(session, table, findings);
        }

        if (table.Module is not null)
        {
            // Its content lies in tables of its own, which are looked at like any other.
            return $"{table.Name} cannot be opened without its own program ({table.Module}: {error})";
        }

        return MissingPart(error) is null ? throw session.Failure(raw.sqlite3_errcode(session.Handle)) : WithStandIns(session.Path, table);
    }

    private static string? Judge(SqliteSession session, DumpTable table, List<string> findings)
    {
        if (table.Module is not null && findings.Count > 0)
        {
            return $"{table.Name} ({table.Module}): {Told(findings)}";
        }

        var constraints = findings.Where(IsAboutConstraints).ToList();
        RefuseDamage(session, findings.Except(constraints));
        if (constraints.Count == 0)
        {
            return null;
        }

        // The trees have been walked before the first row; what the indexes lack is found with the rows.
        var cutShort = findings.Count >= MostFindings ? ", so many that the rows after them were not looked at" : "";
        return $"rows of {table.Name} do not meet what the table is declared with ({Told(constraints.Distinct())}){cutShort}";
    }

    /// <summary>
    /// On a connection of its own, where each part that is missing has a stand-in of the same name. They do not compare or compute as the real ones
    /// do, so nothing that depends on that is asked or believed.
    /// </summary>
    private static string WithStandIns(string path, DumpTable table)
    {
        using var session = SqliteSession.OpenImmutable(path);

        // The quick check leaves some of the parts alone; what the table needs in whole is asked for all the same.
        var parts = new List<string>();
        string? error;
        for (var _ = 0; ; _++)
        {
            using (Prepare(session, "integrity_check", table, out error))
            {
            }

            if (error is null || MissingPart(error) is not { } part || parts.Count == MostParts)
            {
                break;
            }

            parts.Add(StandIn(session, part));
        }

        var findings = Ask(session, "quick_check", table, out error);
        if (error is not null)
        {
            throw session.Failure(raw.sqlite3_errcode(session.Handle));
        }

        RefuseDamage(session, findings.Where(finding => !IsAboutConstraints(finding) && !finding.StartsWith("row not in PRIMARY KEY order", StringComparison.Ordinal)));
        return $"{table.Name} needs {string.Join(" and ", parts)}";
    }

    private static string StandIn(SqliteSession session, (bool IsCollation, string Name) part)
    {
        session.Check(part.IsCollation
            ? raw.sqlite3_create_collation(session.Handle, part.Name, null, (_, left, right) => string.CompareOrdinal(left, right))
            : raw.sqlite3_create_function(
                session.Handle, part.Name, -1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, (context, _, _) => raw.sqlite3_result_null(context)));
        return $"the {(part.IsCollation ? "collation" : "function")} {part.Name}";
    }

    private static (bool IsCollation, string Name)? MissingPart(string error) => Missing().Match(error) is { Success: true } match
        ? (match.Groups["collation"].Success, match.Groups["name"].Value)
        : null;

    private static bool IsAboutConstraints(string finding) => Constraint().IsMatch(finding);

    private static void RefuseDamage(SqliteSession session, IEnumerable<string> findings)
    {
        if (findings.ToList() is { Count: > 0 } damage)
        {
            throw new SqliteDatabaseException($"{session.Path} is damaged: {Told(damage)}");
        }
    }

    private static string Told(IEnumerable<string> findings) => string.Join("; ", findings.Take(FindingsTold));

    private static List<string> Ask(SqliteSession session, string pragma, DumpTable table, out string? error)
    {
        var findings = new List<string>();
        using var statement = Prepare(session, pragma, table, out error);
        if (error is not null)
        {
            return findings;
        }

        int result;
        while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
        {
            findings.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string() ?? "");
        }

        error = result == raw.SQLITE_DONE ? null : raw.sqlite3_errmsg(session.Handle).utf8_to_string();
        return findings is ["ok"] ? [] : findings;
    }

    private static sqlite3_stmt? Prepare(SqliteSession session, string pragma, DumpTable table, out string? error)
    {
        var sql = $"PRAGMA main.{pragma}('{table.Name.Replace("'", "''", StringComparison.Ordinal)}')";
        error = raw.sqlite3_prepare_v2(session.Handle, sql, out var statement) == raw.SQLITE_OK ? null : raw.sqlite3_errmsg(session.Handle).utf8_to_string();
        return statement;
    }

    [GeneratedRegex(@"^(no such (?<collation>collation sequence): (?<name>.+)|(no such|unknown) function: (?<name>.+?)(\(\))?)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Missing();

    // What SQLite says of rows that are whole and do not meet a declaration: of one that was changed later by the owning program, in all likelihood.
    [GeneratedRegex(@"^(CHECK constraint failed in |NULL value in )", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Constraint();
}
