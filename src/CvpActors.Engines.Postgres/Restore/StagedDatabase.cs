using System.Globalization;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Restore;

/// <summary>A dump that was restored into a database which nobody uses yet.</summary>
internal sealed class StagedDatabase : IStagedRestore
{
    private static readonly TimeSpan DisconnectAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly PostgresOptions _options;
    private readonly IPurger _purger;
    private readonly TimeProvider _time;
    private readonly string _staged;
    private readonly string _target;
    private readonly string? _kept;
    private readonly string? _notCarriedOver;
    private bool _published;

    private StagedDatabase(PostgresOptions options, IPurger purger, TimeProvider time, string staged, string target, string? kept, string? notCarriedOver)
    {
        _options = options;
        _purger = purger;
        _time = time;
        _staged = staged;
        _target = target;
        _kept = kept;
        _notCarriedOver = notCarriedOver;
    }

    public IPurger? Purger => _purger;

    public bool PurgesInPlace => false;

    public string? WhyNotPurged => null;

    /// <summary>Makes it.</summary>
    /// <param name="options">How the live database is reached.</param>
    /// <param name="purger">Deletes rows of it.</param>
    /// <param name="time">For waits.</param>
    /// <param name="live">A session in the live database, whose properties the restored one gets.</param>
    /// <param name="backup">The dump.</param>
    /// <param name="staged">What it is called until it is published.</param>
    /// <param name="target">What it is called then.</param>
    /// <param name="kept">What the live database is called then; null where <paramref name="target"/> is a new name.</param>
    /// <param name="run">The run that it is part of, which keeps the programs that it starts.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RestoreFailedException">It could not be made; nothing is left of it.</exception>
    public static async Task<IStagedRestore> MakeAsync(
        PostgresOptions options, IPurger purger, TimeProvider time, PostgresSession live, string backup, string staged, string target, string? kept, RunContext run,
        CancellationToken cancellation)
    {
        var properties = await DatabaseProperties.ReadAsync(live, cancellation);
        await using var beside = await PostgresSession.OpenBesideAsync(options, cancellation);
        await DropAsync(beside, staged, cancellation);
        await beside.ExecuteAsync($"CREATE DATABASE {PostgresSession.Quote(staged)} TEMPLATE template0 {properties.AtCreation}", cancellation);
        try
        {
            var there = options.For(staged);
            await new PostgresTools(there).RunAsync(
                "pg_restore",
                ["--exit-on-error", "--no-password", $"--dbname={staged}", string.Create(CultureInfo.InvariantCulture, $"--jobs={Math.Clamp(Environment.ProcessorCount, 1, 8)}"), backup],
                (output, stop) => output.CopyToAsync(Stream.Null, stop), run, cancellation);
            await using var session = await PostgresSession.OpenAsync(there, cancellation);

            // Without statistics the first queries of whoever uses it would be planned blindly.
            await session.ExecuteAsync("ANALYZE", cancellation);
            return new StagedDatabase(options, purger, time, staged, target, kept, await properties.CarryOverAsync(session, staged, cancellation));
        }
        catch (Exception e)
        {
            await TryDropAsync(options, staged);
            if (e is BackupFailedException)
            {
                throw new RestoreFailedException(e.Message, e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Who is in the live database is disconnected while its name waits to be taken; from the moment that it is asked for, the server lets nobody in
    /// until the transaction has ended. A process that is killed before its commit leaves both names as they were.
    /// </remarks>
    public async Task<string?> PublishAsync(RunContext run, CancellationToken cancellation)
    {
        try
        {
            await using var session = await PostgresSession.OpenBesideAsync(_options, cancellation);
            await using var transaction = await session.Connection.BeginTransactionAsync(cancellation);
            if (_kept is { } kept)
            {
                run.CommitPoint("the live database's disconnection");
                await RenameInUseAsync(session, _target, kept, cancellation);
            }

            await RenameAsync(session, _staged, _target, cancellation);
            run.CommitPoint("the restored database's name");
            await transaction.CommitAsync(cancellation);
            _published = true;
        }
        catch (PostgresException e)
        {
            throw new RestoreFailedException($"the restore to {_target} failed: {PostgresSession.Explain(_options, e)!.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new RestoreFailedException($"the restore to {_target} was cut off: {e.Message}; whether it was done shows in the list of databases", e);
        }

        var replaced = _kept is null ? null : $"the database that was replaced is {_kept} now; drop it when nobody needs it any more";
        return (replaced, _notCarriedOver) is ({ } one, { } other) ? $"{one}; {other}" : replaced ?? _notCarriedOver;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_published)
        {
            await TryDropAsync(_options, _staged);
        }
    }

    private static Task<int> RenameAsync(PostgresSession session, string name, string to, CancellationToken cancellation) =>
        session.ExecuteAsync($"ALTER DATABASE {PostgresSession.Quote(name)} RENAME TO {PostgresSession.Quote(to)}", cancellation);

    private async Task RenameInUseAsync(PostgresSession session, string name, string to, CancellationToken cancellation)
    {
        await using var other = await PostgresSession.OpenBesideAsync(_options, cancellation);
        var renaming = RenameAsync(session, name, to, cancellation);
        PostgresException? refused = null;
        while (!renaming.IsCompleted && refused is null)
        {
            try
            {
                await other.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", CancellationToken.None, name);
            }
            catch (PostgresException e)
            {
                refused = e;
            }

            await Task.WhenAny(renaming, Task.Delay(DisconnectAgainAfter, _time, CancellationToken.None));
        }

        try
        {
            await renaming;
        }
        catch (PostgresException e) when (refused is not null)
        {
            throw new RestoreFailedException($"{name} is in use ({e.MessageText}), and this role may not disconnect who uses it: {refused.MessageText}; nothing was replaced", e);
        }
    }

    private static Task<int> DropAsync(PostgresSession session, string name, CancellationToken cancellation) =>
        session.ExecuteAsync($"DROP DATABASE IF EXISTS {PostgresSession.Quote(name)} WITH (FORCE)", cancellation);

    /// <summary>A server that is gone keeps it, and the next restore drops it: what failed is more worth telling.</summary>
    private static async Task TryDropAsync(PostgresOptions options, string name)
    {
        try
        {
            await using var session = await PostgresSession.OpenBesideAsync(options, CancellationToken.None);
            await DropAsync(session, name, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or ReportingDatabaseException)
        {
        }
    }
}
