using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CvpActors.Node.Offline;

/// <summary>
/// Copies the journal that a node keeps in its data directory to a PostgreSQL that several coordinators can share: events, tags and
/// snapshots as they are, with their sequence numbers, order, manifests and serializers, so that a coordinator on the copy goes on where
/// the node stopped. The source is only read. The target is filled by one transaction: until its end, however this ends, it is empty.
/// </summary>
public static class JournalCopy
{
    /// <param name="dataDirectory">The data directory of the node, which must not run.</param>
    /// <param name="files">Configuration files with <c>cvp-actors.journal.postgres</c>, laid over each other; a later one wins.</param>
    /// <param name="cancellation">Ends the copy; nothing is copied then.</param>
    /// <exception cref="OperationCanceledException">It was ended by <paramref name="cancellation"/>.</exception>
    /// <exception cref="SettingsException">The configuration cannot be used, or names no PostgreSQL.</exception>
    /// <exception cref="JournalCopyException">A node runs on the source, or the target is not empty, or one of them cannot be used.</exception>
    public static async Task<JournalCopyReport> RunAsync(string dataDirectory, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(dataDirectory);
        ArgumentNullException.ThrowIfNull(files);
        var configuration = new NodeConfiguration(ConfigurationFiles.Load(files));
        var settings = NodeSettingsReader.Read(configuration.Files, EngineModules.All);
        var postgres = settings.Journal.Postgres ?? throw new SettingsException("cvp-actors.journal.postgres", "is missing; allowed: the database to copy to");
        if (configuration.SetsAkkaPersistence)
        {
            throw new SettingsException("akka.persistence", "is set, and a journal that is not as the node makes it cannot be copied; allowed: no such keys");
        }

        var akka = configuration.ForActorSystem(settings);
        var tables = JournalTables.Of(akka);
        try
        {
            using var source = SqliteJournal.Open(Path.GetFullPath(dataDirectory), tables);
            await using var target = await PostgresJournal.ConnectAsync(postgres, cancellation);
            await HaveTablesAsync(target, tables, () => JournalTableMaker.TryMakeAsync(akka), cancellation);
            await target.BeginAsync(tables, cancellation);
            await RefuseUnlessEmptyAsync(target, tables, cancellation);
            var report = await FillAsync(source, target, tables, cancellation);
            await target.CommitAsync();
            return report;
        }
        catch (SqliteException e)
        {
            throw new JournalCopyException($"{dataDirectory} cannot be read ({e.Message})", e);
        }
        catch (NpgsqlException e)
        {
            throw new JournalCopyException($"the database of cvp-actors.journal.postgres cannot be used ({e.Message.Split('\n')[0].TrimEnd()})", e);
        }
    }

    private static async Task HaveTablesAsync(PostgresJournal target, JournalTables tables, Func<Task> make, CancellationToken cancellation)
    {
        if (await MissingAsync() is null)
        {
            return;
        }

        if (!await target.MayMakeTablesAsync(cancellation))
        {
            throw new JournalCopyException($"the user of cvp-actors.journal.postgres may not make tables in {target.Name}; grant that (GRANT CREATE ON SCHEMA …)");
        }

        await make();
        if (await MissingAsync() is { } missing)
        {
            throw new JournalCopyException($"the table \"{missing.Name}\" of {target.Name} could not be made; start a coordinator there to see why");
        }

        async Task<JournalTable?> MissingAsync()
        {
            foreach (var table in tables.All)
            {
                if (!await target.HasAsync(table, cancellation))
                {
                    return table;
                }
            }

            return null;
        }
    }

    private static async Task RefuseUnlessEmptyAsync(PostgresJournal target, JournalTables tables, CancellationToken cancellation)
    {
        foreach (var table in tables.All)
        {
            if ((await target.CountAsync(table, cancellation)).Sum(stream => stream.Rows) is > 0 and var rows)
            {
                throw new JournalCopyException($"{target.Name} has {rows} rows in the table \"{table.Name}\" already; allowed: a database that no coordinator has used");
            }
        }
    }

    private static async Task<JournalCopyReport> FillAsync(SqliteJournal source, PostgresJournal target, JournalTables tables, CancellationToken cancellation)
    {
        var counts = new Dictionary<JournalTable, IReadOnlyList<StreamCount>>();
        foreach (var table in tables.All)
        {
            await using (var rows = source.Read(table))
            {
                await target.FillAsync(table, rows, cancellation);
            }

            var (there, here) = (await source.CountAsync(table, cancellation), await target.CountAsync(table, cancellation));
            counts[table] = there.SequenceEqual(here)
                ? here
                : throw new JournalCopyException($"the table \"{table.Name}\" of {target.Name} does not count as the one that was copied; nothing was copied, please report this");
        }

        return new JournalCopyReport(target.Name, counts[tables.Events].Count, Rows(tables.Events), Rows(tables.Tags), Rows(tables.Snapshots));

        long Rows(JournalTable table) => counts[table].Sum(stream => stream.Rows);
    }
}
