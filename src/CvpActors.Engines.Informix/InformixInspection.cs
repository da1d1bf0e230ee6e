using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix;

/// <summary>One step of an inspection.</summary>
/// <param name="Asked">What was run.</param>
/// <param name="Expected">What the engine needs to see.</param>
/// <param name="Seen">What it saw.</param>
/// <param name="Good">Whether that will do.</param>
public sealed record InspectionStep(string Asked, string Expected, string Seen, bool Good);

/// <summary>
/// Runs each step of a backup and a purge that only reads against a user's own server, and sets what it sees beside what is expected: the engine was
/// built from documents, and this shows within minutes where a server differs from them.
/// </summary>
/// <param name="options">The server.</param>
/// <param name="plan">What is purged.</param>
/// <param name="time">The clock.</param>
public sealed class InformixInspection(InformixOptions options, PurgePlan plan, TimeProvider time)
{
    private const int Shown = 5;

    private readonly InformixPrograms _programs = new(options, time);

    /// <summary>All steps, in their order. A step that fails ends none of those after it.</summary>
    /// <param name="backupDirectory">Where backups are; the newest one's head is looked at. Null: none is.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public async IAsyncEnumerable<InspectionStep> RunAsync(string? backupDirectory, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var sysmaster = new DbAccess(_programs, options, "sysmaster", _ => { }, time);
        var database = new DbAccess(_programs, options, options.Database, _ => { }, time);
        var server = new InformixServer(options, _programs, sysmaster, time);
        yield return await LookAsync("the programs, onconfig, sqlhosts and the account", "all there", () =>
        {
            server.CheckInstallation();
            return Task.FromResult(("all there", true));
        });
        yield return await LookAsync("onstat -", "exit status 5 (on-line) or 1 (quiescent)", async () =>
        {
            var state = await server.StateAsync(cancellation);
            return ($"exit status {(int)state.Mode}, {state.Name}: {state.Said}", state.CanBeArchived);
        });
        yield return await LookAsync("onstat -c TAPEDEV", "one line, neither empty nor /dev/null nor NUL", async () =>
        {
            var tape = await server.ConfiguredAsync("TAPEDEV", cancellation);
            return (tape.Length == 0 ? "nothing" : tape, !InformixBackup.IsNowhere(tape));
        });
        yield return await LookAsync("onstat -c LTAPEDEV", "one line; with /dev/null logs are never kept, with anything else somebody must back them up or the server stops", async () =>
        {
            var tape = await server.ConfiguredAsync("LTAPEDEV", cancellation);
            return (tape.Length == 0 ? "nothing" : tape, true);
        });
        yield return await LookAsync("the message log", "a file that this account may read", async () =>
        {
            var path = await server.MessageLogPathAsync(cancellation);
            MessageLog.Mark(path);
            return ($"{path}, {Domain.InWords.OfBytes(new FileInfo(path).Length)}", true);
        });
        yield return await LookAsync("onstat -g arc", "a section \"Dbspaces - Archive Status\", no archive under way", async () =>
        {
            var archives = await server.ArchivesAsync(cancellation);
            return ($"{archives.LevelZero.Length} dbspaces with a level 0, {(archives.Ongoing.IsEmpty ? "none" : string.Join(", ", archives.Ongoing))} under way", archives.Ongoing.IsEmpty);
        });
        yield return await LookAsync($"dbaccess sysmaster: {InformixServer.LevelZeroQuery}", "a row for each permanent dbspace, with seconds since 1970, 0 for never", async () =>
        {
            var rows = await sysmaster.QueryAsync(InformixServer.LevelZeroQuery, cancellation);
            return (Few(rows.Select(row => string.Join(' ', row.Select(text => text.Trim())))), rows.Count > 0 && rows.All(row => row.Length == 2 && long.TryParse(row[1].Trim(), out _)));
        });
        yield return await LookAsync("dbaccess with a table that is not there", "error -206, whatever its exit status", async () =>
        {
            try
            {
                await database.QueryAsync("SELECT COUNT(*) FROM cvp_no_such_table", cancellation);
                return ("no error", false);
            }
            catch (SqlFailedException e)
            {
                return (e.Message, e.Error?.Number == 206);
            }
        });
        foreach (var category in plan.Categories)
        {
            yield return await LookAsync($"category {category.Name}: the dates of {category.Table}.{category.TimestampColumn}", "its oldest and newest day", async () =>
            {
                var found = (await new InformixSurvey(database).RunAsync(PurgePlan.Create([category with { Parent = null }], plan.BatchRows, plan.BatchPause), time.GetUtcNow(), cancellation)).Categories[0];
                return (found.Newest is not null ? $"{found.Oldest:yyyy-MM-dd} to {found.Newest:yyyy-MM-dd}" : "no row with a date", true);
            });
            yield return await LookAsync($"category {category.Name}: the fragments of {category.Table} (sysfragments)", "one a day, or none: then its rows are deleted in batches", async () =>
            {
                var catalog = new InformixCatalog(database, new FragmentExpression(options.DateFormat));
                var known = await catalog.FragmentsAsync(category, cancellation);
                var text = known.Count == 0
                    ? $"none whose days can be read; expressions: {Few(await ExpressionsAsync(database, category, cancellation))}"
                    : $"{known.Count}, the last {known[^1].Partition} before {known[^1].Before:yyyy-MM-dd}{(await catalog.IsReferencedAsync(category, cancellation) ? "; foreign keys refer to the table" : "")}";
                return (text, true);
            });
        }

        var newest = backupDirectory is null ? null : Path.Combine(backupDirectory, BackupNames.Current);
        if (newest is not null && File.Exists(newest))
        {
            yield return await LookAsync($"the head of {newest}", "the words of an archive", async () =>
            {
                var verified = await ArchiveHeader.ReadAsync(newest, cancellation);
                return (verified.Reason ?? "the words of an archive", verified.Extent == VerifiedExtent.Full);
            });
        }
    }

    private static async Task<InspectionStep> LookAsync(string asked, string expected, Func<Task<(string Seen, bool Good)>> look)
    {
        try
        {
            var (seen, good) = await look();
            return new InspectionStep(asked, expected, seen, good);
        }
        catch (Exception e) when (e is ReportingDatabaseException or BackupFailedException or IOException or UnauthorizedAccessException)
        {
            return new InspectionStep(asked, expected, e.Message, false);
        }
    }

    private static async Task<IEnumerable<string>> ExpressionsAsync(DbAccess database, RetentionCategory category, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync(
            $"SELECT f.partition, f.exprtext FROM sysfragments f, systables t WHERE f.tabid = t.tabid AND t.tabname = '{category.Table.ToLowerInvariant()}' AND f.fragtype = 'T'", cancellation);
        return rows.Select(row => string.Join(": ", row));
    }

    private static string Few(IEnumerable<string> texts)
    {
        var all = texts.ToList();
        return all.Count == 0 ? "none" : Words.OnOneLine(string.Join("; ", all.Take(Shown)) + (all.Count > Shown ? $"; and {all.Count - Shown} more" : ""));
    }
}
