using System.Text;
using CvpActors.Domain;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Restore;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Files;
using Npgsql;

namespace CvpActors.Engines.Postgres;

/// <summary>
/// Restores dumps of <see cref="PostgresEngine"/>: always into a database of its own first, which then gets its name. Over the live database that one gets
/// another name in the same transaction, and is kept.
/// </summary>
/// <param name="options">How the live database is reached.</param>
/// <param name="time">For the purge of what is restored.</param>
public sealed class DumpRestorer(PostgresOptions options, TimeProvider time) : IRestorer
{
    private const int LongestName = 63;

    private string Live => options.Connection.Database!;

    private string Server => $"{options.Connection.Host}:{options.Connection.Port}";

    /// <inheritdoc/>
    public string Places => $"the name of a database that {Server} does not have yet, 1 to {LongestName} bytes";

    /// <inheritdoc/>
    public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation) => ExplainedAsync(async () =>
    {
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        return (string?)await FreeNameAsync(session, FormattableString.Invariant($"_restored_{generation}"), cancellation);
    });

    /// <inheritdoc/>
    public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation) => ExplainedAsync(async () =>
    {
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        var isLive = target == RestoreOrder.Live || target == Live;
        var size = await session.ScalarAsync<long>("SELECT pg_database_size(current_database())", cancellation);
        var place = new RestorePlace(target, isLive)
        {
            Problem = await FindProblemAsync(session, target, isLive, cancellation),
            Replaces = isLive ? $"{options.Place}, {InWords.OfBytes(size)}; programs that use it are disconnected, and it is kept under another name" : null,
        };

        // A dump has no indexes in it, and the live database's may have room to spare.
        return new PlaceToRestore(place, await SpaceAsync(session, Math.Max(bytes, size), cancellation));
    });

    /// <inheritdoc/>
    /// <remarks>Beside the target means: in a database that is called by nobody, on the same server.</remarks>
    public Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation) => ExplainedAsync<IStagedRestore>(async () =>
    {
        ArgumentNullException.ThrowIfNull(run);
        await DatabaseDumpHead.CheckAsync(backup, cancellation);
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        var isLive = target == RestoreOrder.Live;
        if (await FindProblemAsync(session, target, isLive, cancellation) is { } problem)
        {
            throw new RestoreFailedException(problem);
        }

        var kept = isLive ? await FreeNameAsync(session, "_replaced", cancellation) : null;
        var purger = new PostgresPurger(options.For(Staged), time);
        return await StagedDatabase.MakeAsync(options, purger, time, session, backup, Staged, isLive ? Live : target, kept, run, cancellation);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) => ExplainedAsync<IReadOnlyList<string>>(async () =>
    {
        await using var session = await PostgresSession.OpenBesideAsync(options, cancellation);
        if (!await session.HasDatabaseAsync(Staged, cancellation))
        {
            return [];
        }

        await session.ExecuteAsync($"DROP DATABASE IF EXISTS {PostgresSession.Quote(Staged)} WITH (FORCE)", cancellation);
        return [$"dropped the database {Staged} on {Server}, left by a restore that was cut short"];
    });

    /// <summary>What a restore is called until it is published: by the live database, of which there is one restore at a time.</summary>
    private string Staged => Shortened("cvp_restoring_" + Live, "");

    private async Task<string?> FindProblemAsync(PostgresSession session, string target, bool isLive, CancellationToken cancellation)
    {
        if (Encoding.UTF8.GetByteCount(target) is 0 or > LongestName)
        {
            return $"\"{target}\" is no name of a database; allowed: {Places}";
        }

        if (!isLive && await session.HasDatabaseAsync(target, cancellation))
        {
            return $"there is a database \"{target}\" on {Server} already, and a restore replaces nothing but the live database; allowed: a name that is new, or none to have one chosen";
        }

        var (mayCreate, owns) = (await session.ListAsync(
            """
            SELECT r.rolcreatedb OR r.rolsuper, pg_has_role(current_user, d.datdba, 'USAGE')
            FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()
            """,
            row => (row.GetBoolean(0), row.GetBoolean(1)), cancellation)).Single();
        return !mayCreate ? $"{options.Connection.Username} may not make databases on {Server}; allowed: a role with CREATEDB"
            : isLive && !owns ? $"{options.Connection.Username} does not own {options.Place}, so it may not give it another name; allowed: its owner, or a superuser"
            : null;
    }

    /// <summary>The room on the server's disk, where that is this machine's; elsewhere nobody can tell.</summary>
    private async Task<IReadOnlyList<SpaceNeed>> SpaceAsync(PostgresSession session, long needed, CancellationToken cancellation)
    {
        var directory = await session.ScalarAsync<string>("SELECT setting FROM pg_settings WHERE name = 'data_directory'", cancellation);
        return options.IsOnThisMachine && directory is not null && Directory.Exists(directory)
            ? [new SpaceNeed(directory, needed, FreeSpace.At(directory)) { Disk = FileStatus.TryRead(directory)?.Device }]
            : [];
    }

    private async Task<string> FreeNameAsync(PostgresSession session, string suffix, CancellationToken cancellation)
    {
        var chosen = Shortened(Live, suffix);
        for (var next = 2; await session.HasDatabaseAsync(chosen, cancellation); next++)
        {
            chosen = Shortened(Live, FormattableString.Invariant($"{suffix}_{next}"));
        }

        return chosen;
    }

    /// <summary>The server would cut a name that is too long, and the suffix with it.</summary>
    private static string Shortened(string name, string suffix)
    {
        while (Encoding.UTF8.GetByteCount(name) + suffix.Length > LongestName)
        {
            name = name[..^1];
        }

        return name + suffix;
    }

    private async Task<T> ExplainedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e)
        {
            throw PostgresSession.Explain(options, e)!;
        }
    }
}
