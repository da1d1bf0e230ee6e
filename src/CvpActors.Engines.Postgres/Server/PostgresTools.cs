using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Processes;
using Npgsql;

namespace CvpActors.Engines.Postgres.Server;

/// <summary>
/// The vendor's programs. Each gets an environment of its own, made here and complete: what the server's address and secrets are, and nothing
/// of the environment, home or profile of whoever started the node. The password travels in the environment, never among the arguments, which
/// everybody on the machine can read.
/// </summary>
internal sealed partial class PostgresTools(PostgresOptions options)
{
    private const int KeptOutput = 4096;

    /// <summary>Debian's and Red Hat's places, a folder for each version.</summary>
    private static readonly (string Folder, string Prefix)[] Installed = [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")];

    private readonly Lazy<string> _directory = new(() => options.BinDirectory ?? FindDirectory());

    /// <summary>The full path of a program.</summary>
    /// <exception cref="ReportingDatabaseException">It is not there.</exception>
    public string Find(string program)
    {
        var path = _directory.Value.Length > 0 ? Path.Combine(_directory.Value, program) : program;
        return ChildProcess.Find(path) ?? throw new ReportingDatabaseException(
            $"there is no program {path}; install PostgreSQL's programs of the server's version or a later one, or say where they are with bin-directory");
    }

    /// <summary>The version that a program says it has: 15 for 15.4.</summary>
    /// <exception cref="ReportingDatabaseException">It is not there, does not run or says something else.</exception>
    public async Task<int> MajorVersionAsync(string program, CancellationToken cancellation)
    {
        var path = Find(program);
        var printed = new StringBuilder();
        ChildEnd end;
        try
        {
            end = await ChildProcess.RunAsync(Command(program, ["--version"], connects: false), (output, stop) => ChildStreams.KeepLastAsync(output, printed, KeptOutput, stop), _ => { }, cancellation);
        }
        catch (ChildStartException e)
        {
            throw new ReportingDatabaseException(e.Message, e);
        }

        var version = Version().Match(printed.ToString());
        return end.ExitCode == 0 && version.Success
            ? int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new ReportingDatabaseException($"{path} --version ended with {end.ExitCode} and said \"{printed.ToString().Trim()}\" {end.Errors}; allowed: PostgreSQL's own program");
    }

    /// <summary>Runs a program that works for a run; it ends with the run.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">Takes what it writes to its standard output.</param>
    /// <param name="run">Keeps it on record; null where it reads a file and nothing else, so that one that outlives us does no harm.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BackupFailedException">It cannot be started, or ended with anything but 0; its last words are in the message.</exception>
    public async Task RunAsync(
        string program, ImmutableArray<string> arguments, Func<Stream, CancellationToken, Task> output, RunContext? run, CancellationToken cancellation)
    {
        ChildEnd end;
        try
        {
            end = await ChildProcess.RunAsync(
                Command(program, arguments, connects: true), output, child => run?.Children.Started(new RunChild(child.ProcessId, child.Started)), cancellation);
        }
        catch (ChildStartException e)
        {
            throw new BackupFailedException(e.Message, e);
        }

        if (end.ExitCode != 0)
        {
            throw new BackupFailedException($"{program} ended with {end.ExitCode}: {(end.Errors.Length > 0 ? end.Errors : "it said nothing on its standard error")}");
        }
    }

    internal ChildCommand Command(string program, ImmutableArray<string> arguments, bool connects) =>
        new([Find(program), .. arguments], connects ? Environment() : BareEnvironment) { IsWholeEnvironment = true };

    /// <summary>A command with nothing in its environment but what every program needs.</summary>
    internal static ChildCommand Bare(ImmutableArray<string> command) => new(command, BareEnvironment) { IsWholeEnvironment = true };

    /// <summary>The folder of the server of a major version; null where it is not installed.</summary>
    internal string? FindServer(string major) =>
        Installed.Select(place => Path.Combine(place.Folder, place.Prefix + major, "bin")).Prepend(_directory.Value)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")) && IsOf(folder, major));

    /// <summary>A folder is called by its version where packages made it; one that is configured is taken at its word.</summary>
    private bool IsOf(string folder, string major) => folder == options.BinDirectory || folder.Contains(major, StringComparison.Ordinal);

    /// <summary>The C locale, so that messages are the ones that the manual has. A home that is not there has no .pgpass and no .psqlrc.</summary>
    private static ImmutableDictionary<string, string> BareEnvironment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/bin:/bin",
        ["LC_ALL"] = "C",
        ["TZ"] = "UTC",
        ["HOME"] = "/nonexistent",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private ImmutableDictionary<string, string> Environment()
    {
        var connection = options.Connection;
        var set = BareEnvironment
            .SetItem("PGHOST", connection.Host!)
            .SetItem("PGPORT", connection.Port.ToString(CultureInfo.InvariantCulture))
            .SetItem("PGDATABASE", connection.Database!)
            .SetItem("PGUSER", connection.Username!)
            .SetItem("PGCONNECT_TIMEOUT", connection.Timeout.ToString(CultureInfo.InvariantCulture))
            .SetItem("PGAPPNAME", connection.ApplicationName!);
        foreach (var (name, value) in new[]
        {
            // As Npgsql itself looks for it, so that what one can reach the other can.
            ("PGPASSWORD", connection.Password ?? System.Environment.GetEnvironmentVariable("PGPASSWORD")),
            ("PGPASSFILE", connection.Passfile ?? UsersPassFile),
            ("PGOPTIONS", connection.Options),
            ("PGSSLROOTCERT", connection.RootCertificate),
            ("PGSSLCERT", connection.SslCertificate),
            ("PGSSLKEY", connection.SslKey),
            ("PGSSLMODE", connection.ContainsKey("SSL Mode") ? SslModeOf(connection.SslMode) : null),
        })
        {
            set = value is { Length: > 0 } ? set.SetItem(name, value) : set;
        }

        return set;
    }

    private static string? UsersPassFile =>
        Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".pgpass") is var file && File.Exists(file) ? file : null;

    private static string SslModeOf(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };

    /// <summary>The newest that is installed; empty when none is found, and then the PATH decides.</summary>
    private static string FindDirectory() =>
        (from place in Installed
         where Directory.Exists(place.Folder)
         from folder in Directory.EnumerateDirectories(place.Folder, place.Prefix + "*")
         let version = Path.GetFileName(folder)[place.Prefix.Length..]
         where int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _) && File.Exists(Path.Combine(folder, "bin", "pg_dump"))
         orderby int.Parse(version, CultureInfo.InvariantCulture)
         select Path.Combine(folder, "bin")).LastOrDefault() ?? "";

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
