using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CvpActors.Domain.Ports;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>Starts the server's own programs, each with its own exit status, a complete environment and nobody at its terminal.</summary>
internal sealed class InformixPrograms(InformixOptions options, TimeProvider time)
{
    /// <summary>onstat and onmode answer at once, or hang.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromMinutes(1);
    private const int KeptOutput = 4 * 1024 * 1024;

    public static string[] Names { get; } = ["ontape", "onstat", "onmode", "dbaccess"];

    /// <summary>The whole environment of every program.</summary>
    public ImmutableDictionary<string, string> Environment { get; } = MakeEnvironment(options);

    public string PathOf(string program) => Path.Combine(options.Directory, "bin", program);

    /// <summary>The command, not yet started.</summary>
    public ChildCommand Command(string program, params string[] arguments) =>
        new([PathOf(program), .. arguments], Environment) { IsWholeEnvironment = true };

    /// <summary>Runs a program that answers at once; what it says on both outputs is kept.</summary>
    /// <exception cref="ReportingDatabaseException">It cannot be started, or does not answer.</exception>
    public Task<ProgramEnd> AskAsync(string program, string[] arguments, CancellationToken cancellation) =>
        RunAsync(Command(program, arguments), AnswersWithin, _ => { }, cancellation);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="within">How long it may take.</param>
    /// <param name="started">Keeps its identity.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ReportingDatabaseException">It cannot be started, or took longer.</exception>
    public async Task<ProgramEnd> RunAsync(ChildCommand command, TimeSpan within, Action<ChildIdentity> started, CancellationToken cancellation)
    {
        var output = new StringBuilder();
        try
        {
            var watch = new StallWatch(within, time);
            var end = await watch.RunAsync(stop => ChildProcess.RunAsync(command, (stream, ct) => KeepAsync(stream, output, ct), started, stop), cancellation);
            return new ProgramEnd(end.ExitCode, output.ToString(), end.Errors);
        }
        catch (ChildStartException e)
        {
            throw new ReportingDatabaseException(e.Message, e);
        }
        catch (StalledException e)
        {
            throw new ReportingDatabaseException($"{Path.GetFileName(command.Program)} of {options.Server} did not answer within {Domain.InWords.Of(within)} and was ended", e);
        }
    }

    private static ImmutableDictionary<string, string> MakeEnvironment(InformixOptions options)
    {
        var bin = Path.Combine(options.Directory, "bin");
        var made = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["INFORMIXDIR"] = options.Directory,
            ["INFORMIXSERVER"] = options.Server,
            ["ONCONFIG"] = options.Onconfig,
            ["INFORMIXSQLHOSTS"] = options.Sqlhosts,
            ["DBDATE"] = options.DateFormat,
            ["DBCENTURY"] = "C",

            // Without it dbaccess goes on after an error and commits the rest.
            ["DBACCNOIGN"] = "1",
        };
        foreach (var kept in OperatingSystem.IsWindows() ? ["SystemRoot", "TEMP", "TMP", "ComSpec"] : new[] { "TZ", "TMPDIR" })
        {
            // The machine's own: Windows starts no program without them, and the server's clock is of the machine's zone.
            if (System.Environment.GetEnvironmentVariable(kept) is { } value)
            {
                made[kept] = value;
            }
        }

        foreach (var (name, value) in options.Environment)
        {
            made[name] = value;
        }

        made["PATH"] = OperatingSystem.IsWindows() ? $"{bin};{System.Environment.SystemDirectory}" : $"{bin}:/usr/bin:/bin";
        return made.ToImmutableDictionary(StringComparer.Ordinal);
    }

    private static async Task KeepAsync(Stream stream, StringBuilder kept, CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer, cancellation)) > 0;)
        {
            kept.Append(buffer, 0, Math.Min(read, KeptOutput - kept.Length));
        }
    }
}

/// <summary>How a program ended, and what it said.</summary>
/// <param name="ExitCode">Its own exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">The last of its standard error.</param>
internal sealed record ProgramEnd(int ExitCode, string Output, string Errors)
{
    /// <summary>The last of what it said, on one line, for an error.</summary>
    public string Said => Words.OnOneLine(Errors.Length > 0 ? Errors : Output) is { Length: > 0 } said ? said : "it said nothing";

    /// <summary>The exit status as a shell would show it.</summary>
    public string Status => ExitCode.ToString(CultureInfo.InvariantCulture);
}
