using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CvpActors.EndToEnd.Tests.Cluster;

/// <summary>A node's journal goes to the PostgreSQL of a cluster, whole or not at all.</summary>
public sealed class JournalCopyTests : IDisposable
{
    private readonly PostgresServer _postgres = new();

    private int _databases;

    public void Dispose() => _postgres.Dispose();

    [Fact]
    public async Task A_node_that_grows_into_a_cluster_goes_on_with_its_history_and_its_tokens()
    {
        await using var site = new Site();
        site.Database.Create((20, 60));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        var token = (await api.RunAsync("purge")).Number("token");
        var (state, attempts, epoch) = (await api.StateAsync(), await api.AttemptsAsync(), (await api.GetAsync("/api/v1/cluster")).Number("epoch"));
        await site.StopAsync();
        site.Configure($$"""
            cvp-actors {
              cluster {
                name = "node-1"
                address = "127.0.0.1:{{PostgresServer.FreePort()}}"
                seeds = [${cvp-actors.cluster.address}]
                roles = [coordinator, reporting]
              }
              journal.postgres.connection-string = "{{_postgres.ConnectionString}}"
            }
            """);

        var (exitCode, output, errors) = await CopyAsync(site);

        Assert.True(exitCode == 0, errors);
        Assert.Contains(" 2 persistence ids, ", output, StringComparison.Ordinal);
        var moved = (await site.StartAsync()).Api;
        await Eventually.SeesAsync("the agent", moved.StateAsync, s => s.Text("agent") == "connected");
        var movedState = await moved.StateAsync();
        Assert.Equal(Texts(attempts), Texts(await moved.AttemptsAsync()));
        foreach (var operation in new[] { "backup", "purge" })
        {
            Assert.Equal(state.At($"{operation}.lastSuccess").ToString(), movedState.At($"{operation}.lastSuccess").ToString());
        }

        Assert.True((await moved.GetAsync("/api/v1/cluster")).Number("epoch") > epoch);
        Assert.True((await moved.RunAsync("backup")).Number("token") > token);
        Assert.Equal(2, site.Backups.GenerationOfWhole(BackupDirectory.Current));
    }

    [Fact]
    public async Task Every_row_is_copied_as_it_is_new_ones_are_counted_on_and_the_source_stays_as_it_was()
    {
        await using var site = Recorded();
        await ExecuteAsync(new SqliteConnection($"Data Source={site.In("data/journal.db")};Pooling=False"), "INSERT INTO tags VALUES (7, 'a tag', 3, 'database-reporting')");
        var before = Hashes(site.In("data"));

        var (exitCode, output, errors) = await CopyAsync(site);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(before, Hashes(site.In("data")));
        var rows = await JournalRows.InDirectoryAsync(site.In("data"));
        Assert.Equal(rows, await JournalRows.InPostgresAsync(Target(site)));
        Assert.All(JournalRows.Tables, table => Assert.Contains(rows, row => row.StartsWith($"{table}: ", StringComparison.Ordinal)));
        Assert.Contains($", {rows.Count(row => row.StartsWith("journal: ", StringComparison.Ordinal))} events, 1 tags, ", output, StringComparison.Ordinal);
        var highest = Convert.ToInt64(await ScalarAsync(Target(site), "SELECT MAX(ordering) FROM journal"));
        await ScalarAsync(Target(site), "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (1, false, 'x', 1, '')");
        Assert.Equal(highest + 1, Convert.ToInt64(await ScalarAsync(Target(site), "SELECT MAX(ordering) FROM journal")));
    }

    [Fact]
    public async Task What_a_killed_node_left_in_its_write_ahead_log_is_copied_too()
    {
        await using var site = WithTarget(new Site());
        site.Database.Create();

        // SQLite, so that there is something to copy: the configuration names PostgreSQL in a file of its own.
        var node = await NodeProcess.StartAsync(site.Root, ["--config", site.Files.First()]);
        await node.Api.RunAsync("backup");
        await node.KillAsync();
        await node.DisposeAsync();
        var before = Hashes(site.In("data"));
        Assert.Contains(before, file => file.Contains("journal.db-wal ", StringComparison.Ordinal));

        var (exitCode, _, errors) = await CopyAsync(site);

        Assert.True(exitCode == 0, errors);
        Assert.Equal(before, Hashes(site.In("data")));
        Assert.Equal(await JournalRows.InDirectoryAsync(site.In("data")), await JournalRows.InPostgresAsync(Target(site)));
    }

    [Fact]
    public async Task It_is_refused_while_a_node_runs_on_the_source_and_when_the_target_has_events()
    {
        await using var site = WithTarget(new Site());
        site.Database.Create();
        await using (await NodeProcess.StartAsync(site.Root, ["--config", site.Files.First()]))
        {
            Assert.Equal((2, "", $"cvpctl: {site.In("data")} is in use by a node that runs; stop it first"), Trimmed(await CopyAsync(site)));
        }

        Assert.Equal(0, (await CopyAsync(site)).ExitCode);
        var rows = await JournalRows.InPostgresAsync(Target(site));
        var again = Trimmed(await CopyAsync(site));

        Assert.Equal(2, again.ExitCode);
        Assert.Matches("^cvpctl: copy_1 at 127.0.0.1:[0-9]+ has [0-9]+ rows in the table \"journal\" already; allowed: a database that no coordinator has used$", again.Errors);
        Assert.Equal(rows, await JournalRows.InPostgresAsync(Target(site)));
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("snapshot")]
    public async Task Killed_in_the_middle_it_leaves_the_target_empty_and_can_be_done_again(string table)
    {
        await using var site = Recorded();
        var whole = await HoldUpTheNextAsync(site, table);
        using (var copy = await StartHeldUpAsync(site))
        {
            Assert.Empty(await JournalRows.InPostgresAsync(Target(site)));
            copy.Kill();
            await copy.WaitForExitAsync();
        }

        await Eventually.SeesAsync("the end of its connection", () => SleepingAsync(site), sleeping => sleeping == 0);
        Assert.Empty(await JournalRows.InPostgresAsync(Target(site)));
        Assert.Equal(0, (await CopyAsync(site)).ExitCode);
        Assert.Equal(whole, await JournalRows.InPostgresAsync(Target(site)));
    }

    [Fact]
    public async Task Stopped_by_a_key_it_says_that_nothing_was_copied_and_nothing_was()
    {
        await using var site = Recorded();
        await HoldUpTheNextAsync(site, "journal");
        using var copy = await StartHeldUpAsync(site);

        Posix.Signal(copy.Id, Posix.Interrupt);

        Assert.Equal("cvpctl: stopped; nothing was copied", (await copy.StandardError.ReadToEndAsync()).Trim());
        await copy.WaitForExitAsync();
        Assert.Equal(2, copy.ExitCode);
        Assert.Empty(await JournalRows.InPostgresAsync(Target(site)));
    }

    [Fact]
    public async Task Tables_that_somebody_else_writes_to_or_has_changed_are_refused()
    {
        await using var site = Recorded();
        Assert.Equal(0, (await CopyAsync(site)).ExitCode);
        await ScalarAsync(Target(site), "TRUNCATE journal, tags, snapshot");
        await using (var writer = new NpgsqlConnection(Target(site)))
        {
            await writer.OpenAsync();
            await using var transaction = await writer.BeginTransactionAsync();
            await using var write = new NpgsqlCommand("INSERT INTO tags VALUES (1, 'a tag', 1, 'x')", writer, transaction);
            await write.ExecuteNonQueryAsync();
            Assert.Matches("^cvpctl: somebody else writes to copy_1 at [^;]+; stop what does$", Trimmed(await CopyAsync(site)).Errors);
        }

        await ScalarAsync(Target(site), "ALTER TABLE snapshot ADD COLUMN more text");
        var (exitCode, _, errors) = Trimmed(await CopyAsync(site));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("cvpctl: the table \"snapshot\" of copy_1 at ", errors, StringComparison.Ordinal);
        await ScalarAsync(Target(site), "ALTER TABLE snapshot DROP COLUMN more");
        Assert.Empty(await JournalRows.InPostgresAsync(Target(site)));
    }

    [Fact]
    public async Task Rows_that_do_not_arrive_are_noticed_and_then_none_is_kept()
    {
        await using var site = Recorded();
        Assert.Equal(0, (await CopyAsync(site)).ExitCode);
        await ScalarAsync(Target(site), """
            TRUNCATE journal, tags, snapshot;
            CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.sequence_number = 2 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER swallow BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION swallow();
            """);

        var (exitCode, _, errors) = Trimmed(await CopyAsync(site));

        Assert.Equal(2, exitCode);
        Assert.Contains("does not count as the one that was copied; nothing was copied", errors, StringComparison.Ordinal);
        Assert.Empty(await JournalRows.InPostgresAsync(Target(site)));
    }

    [Fact]
    public async Task A_user_who_may_not_make_tables_and_a_server_that_does_not_answer_are_told_in_one_line()
    {
        await using var site = Recorded();
        await ScalarAsync(Target(site), "CREATE ROLE reader LOGIN");
        site.Configure($"cvp-actors.journal.postgres.connection-string = \"{Target(site).Replace("Username=cvp", "Username=reader", StringComparison.Ordinal)}\"");
        Assert.Matches("^cvpctl: the user of cvp-actors.journal.postgres may not make tables in copy_1 at [^;]+; grant that", Trimmed(await CopyAsync(site)).Errors);

        _postgres.Stop();
        var (exitCode, _, errors) = Trimmed(await CopyAsync(site));

        Assert.Equal(2, exitCode);
        Assert.StartsWith("cvpctl: the database of cvp-actors.journal.postgres cannot be used (", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    private static (int ExitCode, string Output, string Errors) Trimmed((int ExitCode, string Output, string Errors) run) => (run.ExitCode, run.Output.Trim(), run.Errors.Trim());

    private static IEnumerable<string> Texts(IEnumerable<JsonElement> bodies) => bodies.Select(body => body.ToString());

    private static Task<(int ExitCode, string Output, string Errors)> CopyAsync(Site site) => Cvpctl.RunAsync(site.Root, Arguments(site));

    private static string[] Arguments(Site site) => ["journal", "copy", "--from", site.In("data"), .. site.Files.SelectMany(file => new[] { "--to-config", file })];

    /// <summary>A data directory that a node has left with snapshots, alerts and a long history.</summary>
    private Site Recorded([CallerFilePath] string thisFile = "")
    {
        var site = WithTarget(new Site());
        Directory.CreateDirectory(site.In("data"));
        foreach (var name in new[] { "journal.db", "snapshots.db" })
        {
            File.Copy(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "CvpActors.Node.Tests", "Recorded", "0.1.0", "data", name), site.In($"data/{name}"));
        }

        return site;
    }

    /// <summary>Lays a file over the site's configuration that names a database of its own.</summary>
    private Site WithTarget(Site site)
    {
        var connectionString = _postgres.CreateDatabase($"copy_{++_databases}");
        File.WriteAllText(site.In("target"), connectionString);
        return site.Configure($"cvp-actors.journal.postgres.connection-string = \"{connectionString}\"");
    }

    private static string Target(Site site) => File.ReadAllText(site.In("target"));

    private static string[] Hashes(string directory) =>
        [.. Directory.EnumerateFiles(directory).Where(file => !file.EndsWith("node.lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];

    /// <summary>Copies once, empties the tables, and lets the next copy sleep for 3 s when one of them is filled. Gives the rows that there were.</summary>
    private static async Task<IReadOnlyList<string>> HoldUpTheNextAsync(Site site, string table)
    {
        Assert.Equal(0, (await CopyAsync(site)).ExitCode);
        var whole = await JournalRows.InPostgresAsync(Target(site));
        await ScalarAsync(Target(site), $"""
            TRUNCATE journal, tags, snapshot;
            CREATE SEQUENCE held_up;
            CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF nextval(''held_up'') = 1 THEN PERFORM pg_sleep(3); END IF; RETURN NULL; END';
            CREATE TRIGGER hold_up AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION hold_up();
            """);
        return whole;
    }

    private static async Task<Process> StartHeldUpAsync(Site site)
    {
        var copy = Cvpctl.Start(site.Root, Arguments(site));
        await Eventually.SeesAsync("the copy held up", () => SleepingAsync(site), sleeping => sleeping == 1);
        return copy;
    }

    private static async Task<long> SleepingAsync(Site site) =>
        Convert.ToInt64(await ScalarAsync(Target(site), "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"));

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using (connection)
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements are the tests' own
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }
}
