using System.Runtime.CompilerServices;
using System.Text;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Runs SQL through dbaccess: <c>-a</c> and DBACCNOIGN, so that it stops at the first error and rolls back; errors are known by their
/// numbers, since its exit status only says that there was one; rows come back through a file of this process's own (UNLOAD).
/// </summary>
/// <param name="programs">Starts it.</param>
/// <param name="options">The server.</param>
/// <param name="database">The database.</param>
/// <param name="started">Keeps the identity of each process.</param>
/// <param name="time">For the pauses between tries.</param>
internal sealed class DbAccess(InformixPrograms programs, InformixOptions options, string database, Action<ChildIdentity> started, TimeProvider time)
{
    private const int Tries = 5;

    /// <summary>What rebuilds an index or reads a table for its statistics may last.</summary>
    private static readonly TimeSpan DefinesWithin = TimeSpan.FromHours(2);

    /// <summary>The rows of one SELECT, each a list of its columns as text; an empty text is NULL. Reads what is not committed, so it waits for nobody.</summary>
    /// <exception cref="SqlFailedException">It failed.</exception>
    public async Task<IReadOnlyList<string[]>> QueryAsync(string select, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("cvp-unload-");
        try
        {
            var file = Path.Combine(folder.FullName, "rows");
            await RetriedAsync($"SET ISOLATION TO DIRTY READ;\nUNLOAD TO '{file}' DELIMITER '|' {select};\n", options.StallAfter, cancellation);
            return File.Exists(file) ? UnloadedRows.Read(await File.ReadAllTextAsync(file, Encoding.Latin1, cancellation)) : [];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The whole numbers of a SELECT of one row; null for NULL.</summary>
    public async Task<long?[]> NumbersAsync(string select, CancellationToken cancellation)
    {
        var rows = await QueryAsync(select, cancellation);
        return rows.Count == 1
            ? [.. rows[0].Select(text => text.Length == 0 ? (long?)null : (long)decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture))]
            : throw new SqlFailedException($"{options.Server} gave {rows.Count} rows where one was asked for: {select}", null);
    }

    /// <summary>Runs a script that changes something, in one transaction of its own, again where somebody else had a lock.</summary>
    /// <exception cref="SqlFailedException">It failed, or the lock was not to be had.</exception>
    public Task<string> ChangeAsync(string statements, CancellationToken cancellation) =>
        RetriedAsync(LockMode() + $"BEGIN WORK;\n{statements}\nCOMMIT WORK;\n", options.StallAfter, cancellation);

    /// <summary>Runs statements that make transactions of their own, again where somebody else had a lock.</summary>
    /// <exception cref="SqlFailedException">It failed, or the lock was not to be had.</exception>
    public Task<string> DefineAsync(string statements, CancellationToken cancellation) =>
        RetriedAsync(LockMode() + statements + "\n", options.StallAfter > DefinesWithin ? options.StallAfter : DefinesWithin, cancellation);

    private string LockMode() => FormattableString.Invariant($"SET LOCK MODE TO WAIT {Math.Max(1, (int)options.LockWait.TotalSeconds)};\n");

    private async Task<string> RetriedAsync(string script, TimeSpan within, CancellationToken cancellation)
    {
        var pause = options.FirstRetryAfter;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RunAsync(script, within, cancellation);
            }
            catch (SqlFailedException e) when (e.Kind == SqlErrorKind.Retry && tries < Tries)
            {
                await Task.Delay(pause, time, cancellation);
                pause *= 2;
            }
        }
    }

    private async Task<string> RunAsync(string script, TimeSpan within, CancellationToken cancellation)
    {
        var command = programs.Command("dbaccess", "-a", database, "-") with { Input = Bytes(script, cancellation) };
        var end = await programs.RunAsync(command, within, started, cancellation);
        var error = SqlError.Find(end.Errors) ?? (end.ExitCode == 0 ? null : SqlError.Find(end.Output));
        if (error is not null)
        {
            throw new SqlFailedException($"{options.Server}, database {database}: error -{error.Number}: {error.Text}", error);
        }

        return end.ExitCode == 0
            ? end.Output
            : throw new SqlFailedException($"{options.Server}, database {database}: dbaccess ended with {end.Status}: {end.Said}", null);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Bytes(string script, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        cancellation.ThrowIfCancellationRequested();
        yield return Encoding.Latin1.GetBytes(script);
    }
}
