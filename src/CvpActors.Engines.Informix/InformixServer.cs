using System.Collections.Immutable;
using System.Globalization;
using CvpActors.Domain.Ports;
using CvpActors.Processes;

namespace CvpActors.Engines.Informix;

/// <summary>Questions to one server that change nothing.</summary>
internal sealed class InformixServer(InformixOptions options, InformixPrograms programs, DbAccess sysmaster, TimeProvider time)
{
    /// <summary>A temporary dbspace is in no archive.</summary>
    internal const string LevelZeroQuery =
        "SELECT name, level0 FROM sysdbstab WHERE dbsnum > 0 AND sysmaster:bitval(flags, '0x2000') = 0";

    /// <summary>Looks whether everything that the configuration names is there; asks the server nothing.</summary>
    /// <exception cref="ReportingDatabaseException">Something is not.</exception>
    public void CheckInstallation()
    {
        foreach (var program in InformixPrograms.Names)
        {
            if (ChildProcess.Find(programs.PathOf(program)) is null)
            {
                throw new ReportingDatabaseException($"there is no program {programs.PathOf(program)}");
            }
        }

        var onconfig = Path.Combine(options.Directory, "etc", options.Onconfig);
        foreach (var (key, file) in new[] { ("onconfig", onconfig), ("sqlhosts", options.Sqlhosts) })
        {
            if (!OperatingSystem.IsWindows() && !File.Exists(file))
            {
                throw new ReportingDatabaseException($"there is no file {file}, which informix.{key} names");
            }
        }

        if (!OperatingSystem.IsWindows() && Environment.UserName is var me && me != options.User && me != "root")
        {
            throw new ReportingDatabaseException(
                $"this node runs as {me}, and ontape and onmode are only for {options.User}, who owns the server, or root: run the node as {options.User}, or set informix.user to the server's owner");
        }
    }

    /// <summary>The server's mode.</summary>
    public async Task<ServerState> StateAsync(CancellationToken cancellation) =>
        ServerState.Of(await programs.AskAsync("onstat", ["-"], cancellation));

    /// <summary>A value of the server's configuration; empty when it has none.</summary>
    public async Task<string> ConfiguredAsync(string key, CancellationToken cancellation)
    {
        var end = await programs.AskAsync("onstat", ["-c", key], cancellation);
        return end.ExitCode == 0
            ? Words.FirstLine(end.Output)
            : throw new ReportingDatabaseException($"onstat -c {key} of {options.Server} ended with {end.Status}: {end.Said}");
    }

    /// <summary>Where the message log is.</summary>
    public async Task<string> MessageLogPathAsync(CancellationToken cancellation)
    {
        if (options.MessageLog is { } configured)
        {
            return configured;
        }

        var path = (await ConfiguredAsync("MSGPATH", cancellation)).Replace("$INFORMIXDIR", options.Directory, StringComparison.Ordinal);
        return path.Length > 0
            ? path
            : throw new ReportingDatabaseException($"{options.Server} does not say where its message log is; allowed: informix.message-log = its path");
    }

    /// <summary>Archives under way and done.</summary>
    public async Task<ArchiveStatus> ArchivesAsync(CancellationToken cancellation)
    {
        var end = await programs.AskAsync("onstat", ["-g", "arc"], cancellation);
        return end.ExitCode == 0
            ? ArchiveStatus.Parse(end.Output)
            : throw new ReportingDatabaseException($"onstat -g arc of {options.Server} ended with {end.Status}: {end.Said}");
    }

    /// <summary>
    /// When each permanent dbspace was last archived at level 0, UTC; null for never. From <c>sysmaster:sysdbstab</c>, to the second; where no
    /// session is let in (a quiescent server) or the view is another, from <c>onstat -g arc</c>, to the minute.
    /// </summary>
    public async Task<LevelZeroTimes> LevelZeroAsync(CancellationToken cancellation)
    {
        try
        {
            var rows = await sysmaster.QueryAsync(LevelZeroQuery, cancellation);
            if (rows.Count > 0)
            {
                return new LevelZeroTimes(
                    "sysmaster:sysdbstab", TimeSpan.FromSeconds(1), [.. rows.Select(row => (row[0].Trim(), Moment(row[1])))]);
            }
        }
        catch (SqlFailedException)
        {
            // onstat says nearly the same.
        }

        var status = await ArchivesAsync(cancellation);
        return new LevelZeroTimes("onstat -g arc", TimeSpan.FromMinutes(1), [.. status.LevelZero.Select(row => (row.Dbspace, (DateTimeOffset?)Latest(row.LocalMinute)))]);
    }

    private static DateTimeOffset? Moment(string unixSeconds) =>
        long.TryParse(unixSeconds.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>In the hour that comes twice the later one: an archive is not called old for it.</summary>
    private DateTimeOffset Latest(DateTime local)
    {
        var zone = time.LocalTimeZone;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Min() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <summary>When dbspaces were last archived at level 0.</summary>
/// <param name="Source">Who says so.</param>
/// <param name="Precision">How exactly.</param>
/// <param name="Dbspaces">Each permanent dbspace.</param>
internal sealed record LevelZeroTimes(string Source, TimeSpan Precision, ImmutableArray<(string Name, DateTimeOffset? At)> Dbspaces)
{
    /// <summary>Those that were not archived since a moment.</summary>
    public IEnumerable<(string Name, DateTimeOffset? At)> NotSince(DateTimeOffset moment)
    {
        var from = new DateTimeOffset(moment.Ticks - (moment.Ticks % Precision.Ticks), moment.Offset);
        return Dbspaces.Where(space => !(space.At >= from));
    }
}
