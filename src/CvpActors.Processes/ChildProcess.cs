using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace CvpActors.Processes;

/// <summary>A program with its arguments; no shell comes between.</summary>
/// <param name="Arguments">The program first.</param>
/// <param name="Environment">What is added to this process's environment.</param>
public sealed record ChildCommand(ImmutableArray<string> Arguments, ImmutableDictionary<string, string> Environment)
{
    /// <summary>The program.</summary>
    public string Program => Arguments[0];

    /// <summary>Whether <see cref="Environment"/> is all that it gets, and nothing of this process's own. Its program is then named by a full path.</summary>
    public bool IsWholeEnvironment { get; init; }

    /// <summary>What it reads on its standard input, which is closed afterwards; null: it gets none.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Input { get; init; }

    /// <summary>Hears what it writes to its standard error, piece by piece as it comes.</summary>
    public Action<string>? Heard { get; init; }
}

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">What it said.</param>
/// <param name="Errors">The last of what it wrote to its standard error.</param>
public sealed record ChildEnd(int ExitCode, string Errors);

/// <summary>A program could not be started; the message names it and says why.</summary>
public sealed class ChildStartException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Runs a program in a process group of its own. Before it does anything its identity is told to whoever keeps it: should this process be
/// killed, that is how the child is found and ended. A child whose identity was not kept never begins.
/// </summary>
public static class ChildProcess
{
    private const int KeptErrors = 4096;

    /// <summary>
    /// Waits for one line, which comes once the identity is on record, and only then becomes the program; if this process dies before, the
    /// line never comes. The program itself gets no input, or what follows the line: <c>read</c> takes not a byte more than its own.
    /// </summary>
    private const string Gate = "read -r go || exit 125; exec \"$@\" </dev/null";
    private const string GateWithInput = "read -r go || exit 125; exec \"$@\"";

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="output">Takes what it writes to its standard output.</param>
    /// <param name="started">Keeps its identity; called before the program begins.</param>
    /// <param name="cancellation">Ends the program with all that it has started.</param>
    /// <exception cref="ChildStartException">There is no such program, or it may not be run.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing of it runs any more, unless it hangs in the kernel.</exception>
    public static async Task<ChildEnd> RunAsync(
        ChildCommand command, Func<Stream, CancellationToken, Task> output, Action<ChildIdentity> started, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(started);
        cancellation.ThrowIfCancellationRequested();
        using var process = Start(command);
        var identity = ChildIdentity.Of(process.Id) ?? throw new ChildStartException($"{command.Program} ended before it began");
        await using var ending = cancellation.Register(() => Task.Run(() => ProcessGroup.End(identity, EndsWithin)));
        var errors = ReadLastAsync(process.StandardError, command.Heard);
        try
        {
            started(identity);
            var input = FeedAsync(process, command.Input);
            await output(process.StandardOutput.BaseStream, CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);

            // What it has left behind may hold its input open and read nothing.
            ProcessGroup.KillRest(identity.ProcessId);
            await input;
        }
        catch
        {
            ProcessGroup.End(identity, TimeSpan.Zero);
            throw;
        }
        finally
        {
            ProcessGroup.KillRest(identity.ProcessId);
        }

        cancellation.ThrowIfCancellationRequested();
        return new ChildEnd(process.ExitCode, await errors);
    }

    /// <summary>The program's full path; null when there is none of that name.</summary>
    public static string? Find(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var folders = program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? [""]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var endings = OperatingSystem.IsWindows() ? new[] { ".exe", "" } : [""];
        return folders.SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending))).FirstOrDefault(File.Exists);
    }

    private static Process Start(ChildCommand command)
    {
        if (Find(command.Program) is null)
        {
            throw new ChildStartException($"there is no program \"{command.Program}\"");
        }

        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        IEnumerable<string> line = OperatingSystem.IsWindows() ? command.Arguments : ["setsid", "/bin/sh", "-c", command.Input is null ? Gate : GateWithInput, "sh", .. command.Arguments];
        start.FileName = line.First();
        foreach (var argument in line.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        if (command.IsWholeEnvironment)
        {
            start.Environment.Clear();
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ChildStartException($"{command.Program} cannot be started: {e.Message}", e);
        }
    }

    private static async Task FeedAsync(Process process, IAsyncEnumerable<ReadOnlyMemory<byte>>? input)
    {
        var stream = process.StandardInput.BaseStream;
        try
        {
            if (!OperatingSystem.IsWindows() && !await TryWriteAsync(stream, "go\n"u8.ToArray()))
            {
                return;
            }

            await foreach (var piece in input ?? Nothing())
            {
                if (!await TryWriteAsync(stream, piece))
                {
                    return;
                }
            }
        }
        finally
        {
            await TryWriteAsync(stream, default, close: true);
        }
    }

    /// <returns>False when it was ended meanwhile, or reads no more; its exit says which.</returns>
    private static async Task<bool> TryWriteAsync(Stream stream, ReadOnlyMemory<byte> bytes, bool close = false)
    {
        try
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
            if (close)
            {
                stream.Close();
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Nothing()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static async Task<string> ReadLastAsync(StreamReader errors, Action<string>? heard)
    {
        var last = new StringBuilder();
        var buffer = new char[1024];
        for (int read; (read = await errors.ReadAsync(buffer)) > 0;)
        {
            last.Append(buffer, 0, read);
            heard?.Invoke(new string(buffer, 0, read));
            if (last.Length > KeptErrors)
            {
                last.Remove(0, last.Length - KeptErrors);
            }
        }

        return last.ToString().Trim();
    }
}
