using System.Globalization;
using Npgsql;

namespace CvpActors.Engines.Postgres.Server;

/// <summary>
/// A connection service file, in the form that libpq reads (PostgreSQL's manual, "The Connection Service File"): sections in brackets, a line
/// <c>parameter=value</c> each. A parameter that is not known here is an error, or it would silently be without effect.
/// </summary>
public static class ServiceFile
{
    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Known = new(StringComparer.Ordinal)
    {
        ["host"] = (c, v) => c.Host = v,
        ["port"] = (c, v) => c.Port = int.Parse(v, NumberStyles.None, CultureInfo.InvariantCulture),
        ["dbname"] = (c, v) => c.Database = v,
        ["user"] = (c, v) => c.Username = v,
        ["password"] = (c, v) => c.Password = v,
        ["passfile"] = (c, v) => c.Passfile = v,
        ["connect_timeout"] = (c, v) => c.Timeout = int.Parse(v, NumberStyles.None, CultureInfo.InvariantCulture),
        ["application_name"] = (c, v) => c.ApplicationName = v,
        ["options"] = (c, v) => c.Options = v,
        ["sslmode"] = (c, v) => c.SslMode = Enum.Parse<SslMode>(v.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
        ["sslrootcert"] = (c, v) => c.RootCertificate = v,
        ["sslcert"] = (c, v) => c.SslCertificate = v,
        ["sslkey"] = (c, v) => c.SslKey = v,
    };

    /// <summary>Reads one service.</summary>
    /// <param name="path">The file.</param>
    /// <param name="service">The section's name.</param>
    /// <param name="password">As for <see cref="PostgresOptions"/>; it goes before one in the file.</param>
    /// <param name="passfile">The same.</param>
    /// <exception cref="ArgumentException">The file, the service or a parameter of it cannot be used; no value is repeated.</exception>
    public static PostgresOptions Read(string path, string service, string? password = null, string? passfile = null)
    {
        var connection = new NpgsqlConnectionStringBuilder();
        var found = false;
        var inside = false;
        foreach (var line in Lines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] == '[')
            {
                inside = !found && line == $"[{service}]";
                found |= inside;
            }
            else if (inside)
            {
                Set(connection, path, service, line);
            }
        }

        return found
            ? new PostgresOptions(connection, password, passfile)
            : throw new ArgumentException($"there is no service [{service}] in {path}; allowed: the name of one that is");
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, string path, string service, string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        var name = at < 0 ? "" : line[..at].Trim();
        if (!Known.TryGetValue(name, out var set))
        {
            throw new ArgumentException($"service [{service}] in {path} has the parameter \"{name}\"; allowed: {string.Join(", ", Known.Keys)}");
        }

        try
        {
            set(connection, line[(at + 1)..].Trim());
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new ArgumentException($"{name} of service [{service}] in {path} cannot be used; allowed: what libpq takes, as one plain value", e);
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{path} cannot be read ({e.Message}); allowed: a file that this user may read", e);
        }
    }
}
