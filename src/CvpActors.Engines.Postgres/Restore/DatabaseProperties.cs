using System.Globalization;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>
/// What a database is besides its content, and no dump of its content holds: encoding and order, who owns it and may connect, how many at once, and what is set
/// in it. A restored copy without it would sort otherwise, or be open to everybody.
/// </summary>
internal sealed class DatabaseProperties
{
    private readonly string _owner;
    private readonly int _connectionLimit;
    private readonly string? _comment;
    private readonly List<(string Grantee, string Privilege, bool Grantable)>? _grants;
    private readonly List<(string Role, string Setting)> _settings;

    private DatabaseProperties(
        string atCreation, string owner, int connectionLimit, string? comment, List<(string Grantee, string Privilege, bool Grantable)>? grants, List<(string Role, string Setting)> settings)
    {
        AtCreation = atCreation;
        _owner = owner;
        _connectionLimit = connectionLimit;
        _comment = comment;
        _grants = grants;
        _settings = settings;
    }

    /// <summary>What must be said when a database like it is created.</summary>
    public string AtCreation { get; }

    /// <summary>Those of the database that the session is in.</summary>
    public static async Task<DatabaseProperties> ReadAsync(PostgresSession session, CancellationToken cancellation)
    {
        var locale = session.Connection.PostgreSqlVersion.Major >= 17 ? "datlocale" : "daticulocale";
        var (atCreation, owner, limit, comment, isGranted) = (await session.ListAsync(
            $"""
            SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider::text, coalesce({locale}, ''), spcname,
                   pg_get_userbyid(datdba), datconnlimit, coalesce(shobj_description(d.oid, 'pg_database'), ''), datacl IS NOT NULL
            FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = current_database()
            """,
            row => (
                CreationOf(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)),
                row.GetString(6), row.GetInt32(7), row.GetString(8), row.GetBoolean(9)),
            cancellation)).Single();
        var grants = await session.ListAsync(
            """
            SELECT CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable
            FROM pg_database d, aclexplode(datacl) a WHERE datname = current_database()
            """,
            row => (row.GetString(0), row.GetString(1), row.GetBoolean(2)), cancellation);
        var settings = await session.ListAsync(
            """
            SELECT CASE setrole WHEN 0 THEN '' ELSE pg_get_userbyid(setrole) END, unnest(setconfig)
            FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()
            """,
            row => (row.GetString(0), row.GetString(1)), cancellation);
        return new DatabaseProperties(atCreation, owner, limit, comment.Length > 0 ? comment : null, isGranted ? grants : null, settings);
    }

    /// <summary>Gives the rest of them to another database, which the session is in.</summary>
    /// <returns>What this role is not allowed to, for a person; null when all was done.</returns>
    public async Task<string?> CarryOverAsync(PostgresSession session, string database, CancellationToken cancellation)
    {
        var name = PostgresSession.Quote(database);
        await session.ExecuteAsync($"ALTER DATABASE {name} CONNECTION LIMIT {_connectionLimit.ToString(CultureInfo.InvariantCulture)}", cancellation);
        if (_comment is not null)
        {
            await session.ExecuteAsync($"COMMENT ON DATABASE {name} IS {await session.ScalarAsync<string>("SELECT quote_literal($1)", cancellation, _comment)}", cancellation);
        }

        var refused = new List<string>();
        foreach (var (role, setting) in _settings)
        {
            if (!await TryAsync(() => SetAsync(session, name, role, setting, cancellation)))
            {
                refused.Add($"the setting {setting}{(role.Length > 0 ? $" of the role {role}" : "")}");
            }
        }

        if (_grants is not null)
        {
            await session.ExecuteAsync($"REVOKE ALL ON DATABASE {name} FROM PUBLIC", cancellation);
            foreach (var (grantee, privilege, grantable) in _grants.Where(g => g.Grantee != _owner))
            {
                await session.ExecuteAsync(
                    $"GRANT {privilege} ON DATABASE {name} TO {(grantee.Length == 0 ? "PUBLIC" : PostgresSession.Quote(grantee))}{(grantable ? " WITH GRANT OPTION" : "")}", cancellation);
            }
        }

        // Last, since only an owner may do what went before.
        if (!await TryAsync(() => session.ExecuteAsync($"ALTER DATABASE {name} OWNER TO {PostgresSession.Quote(_owner)}", cancellation)))
        {
            refused.Add($"the owner {_owner}");
        }

        return refused.Count == 0 ? null : $"this role was not allowed to carry over {string.Join(", ", refused)}";
    }

    private static string CreationOf(string encoding, string collate, string type, string provider, string locale, string tablespace)
    {
        var like = $"ENCODING '{encoding}' LC_COLLATE '{collate}' LC_CTYPE '{type}'";

        // The default one may not be named without a right to it, and is meant by none.
        if (tablespace != "pg_default")
        {
            like += $" TABLESPACE {PostgresSession.Quote(tablespace)}";
        }

        return provider switch
        {
            "i" => $"{like} LOCALE_PROVIDER icu ICU_LOCALE '{locale}'",
            "b" => $"{like} LOCALE_PROVIDER builtin BUILTIN_LOCALE '{locale}'",
            _ => like,
        };
    }

    /// <summary>
    /// Through the session's own setting, whose value the server itself writes down: some settings are lists, and to put those into words is the server's art.
    /// </summary>
    private static async Task SetAsync(PostgresSession session, string database, string role, string setting, CancellationToken cancellation)
    {
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        var parameter = setting[..at];
        await using var transaction = await session.Connection.BeginTransactionAsync(cancellation);
        await session.ScalarAsync<string>("SELECT set_config($1, $2, true)", cancellation, parameter, setting[(at + 1)..]);
        var of = role.Length == 0 ? $"DATABASE {database}" : $"ROLE {PostgresSession.Quote(role)} IN DATABASE {database}";
        await session.ExecuteAsync($"ALTER {of} SET {string.Join('.', parameter.Split('.').Select(PostgresSession.Quote))} FROM CURRENT", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
