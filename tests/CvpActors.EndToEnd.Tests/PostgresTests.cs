using System.Net;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.EndToEnd.Tests;

/// <summary>A node that maintains a real PostgreSQL database.</summary>
public sealed class PostgresTests : IDisposable
{
    private const string Secret = "s3cr3t-of-the-test";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly PostgresServer _server = new();

    public PostgresTests() => Execute("""
        CREATE TABLE call(id int PRIMARY KEY, at timestamptz);
        CREATE TABLE callevent(call_id int REFERENCES call, at timestamptz);
        INSERT INTO call SELECT i, now() - i * interval '1 d' FROM generate_series(1, 60) i;
        INSERT INTO callevent SELECT i, now() - i * interval '1 d' FROM generate_series(1, 60) i;
        """);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("dump")]
    [InlineData("basebackup")]
    public async Task It_is_backed_up_and_purged_and_its_password_is_told_nowhere(string method)
    {
        await using var site = Site($"method = {method}");
        var api = (await site.StartAsync()).Api;

        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var counted = await api.RunAsync("purge", """{ "dryRun": true }""");
        var purged = await api.RunAsync("purge");

        Assert.Equal((62, 62), (counted.Number("result.purge.rows"), purged.Number("result.purge.rows")));
        var state = await api.StateAsync();
        Assert.Equal(("postgres", 2), (state.Text("engine"), state.List("files").Count));
        Assert.Equal(58, Count("SELECT (SELECT count(*) FROM call) + (SELECT count(*) FROM callevent)"));
        var told = state.GetRawText() + string.Concat((await api.AttemptsAsync()).Select(a => a.GetRawText()))
            + string.Concat(Directory.EnumerateFiles(site.In("log")).Select(File.ReadAllText)) + File.ReadAllText(site.In("backup/cvp_backup_data.manifest.json"));
        Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_comes_back_as_a_new_database_or_over_the_live_one_without_the_rows_that_had_been_purged()
    {
        await using var site = Site();
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("purge");
        Execute("DELETE FROM callevent");

        var copied = (await api.RunAsync("restore", """{ "source": "current" }""")).Text("result.restore.target");
        var request = """{ "source": "current", "target": "live", "confirm": "reporting@1" }""";
        var restored = await api.RunAsync("restore", request);
        var again = await api.RunAsync("restore", request);

        Assert.Equal("cvp_restored_1", copied);
        Assert.Equal(60, Count("SELECT count(*) FROM call", copied));
        Assert.Equal((29, 29), (Count("SELECT count(*) FROM call"), Count("SELECT count(*) FROM callevent")));
        Assert.Equal(62, restored.Number("result.restore.purgedAgain.rows"));
        Assert.StartsWith("the database that was replaced is cvp_replaced_2 now", again.Text("result.restore.note"), StringComparison.Ordinal);
        Assert.Equal(0, Count("SELECT count(*) FROM callevent", "cvp_replaced"));
    }

    [Fact]
    public async Task A_node_that_is_killed_during_a_restore_leaves_neither_a_database_nor_a_tool_once_it_is_back()
    {
        await using var site = Site();
        Execute("INSERT INTO call SELECT i, now() FROM generate_series(1000, 400000) i");
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        const string staged = "SELECT count(*) FROM pg_database WHERE datname = 'cvp_restoring_cvp'";
        await api.StartAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");
        SpinWait.SpinUntil(() => Count(staged) > 0, Soon);

        api = (await site.KillAndStartAsync()).Api;

        await Poll.UntilAsync(() => Count(staged) == 0, Soon);
        Assert.Equal(399_061, Count("SELECT count(*) FROM call"));
        Assert.Equal(0, Count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_restore'"));
        await Poll.UntilAsync(async () => (await api.StateAsync()).Text("agent") == "connected", Soon);
        await api.FreeLockAsync();
        await api.RunAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");
    }

    [Fact]
    public async Task A_base_backup_wants_a_data_directory_named_and_comes_back_there()
    {
        await using var site = Site("method = basebackup");
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");

        var unnamed = await api.PostAsync($"{NodeApi.Database}/restores", """{ "source": "current" }""");
        var live = await api.PostAsync($"{NodeApi.Database}/restores", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");
        await api.RunAsync("restore", $$"""{ "source": "current", "target": "{{site.In("data2")}}" }""");

        Assert.Contains("allowed: the absolute path of a data directory", unnamed.IsProblem(HttpStatusCode.Conflict, "target-not-usable").Json.Text("detail"), StringComparison.Ordinal);
        live.IsProblem(HttpStatusCode.Conflict, "target-not-usable");
        Assert.True(File.Exists(site.In("data2/PG_VERSION")));
    }

    [Fact]
    public async Task A_category_that_names_a_missing_table_or_column_stops_the_node_at_start_which_says_which()
    {
        await using var table = Site(call: "calls");
        await using var column = Site(callColumn: "when");

        Assert.StartsWith(
            "CvpActors.Node: cvp-actors.databases.reporting.purge.categories.call: \"call\" names the table \"calls\", which is not in cvp on 127.0.0.1", await table.RefusalAsync(), StringComparison.Ordinal);
        Assert.Contains("dates its rows by \"when\", which the table \"call\"", await column.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("method = copy", "postgres.method: \"copy\" is not known; allowed: dump, basebackup")]
    [InlineData("service = reporting", "postgres.connection-string: stands beside service; allowed: one of the two")]
    [InlineData("bin-directory = \"/nowhere\"", "postgres.bin-directory: /nowhere is not there")]
    [InlineData("databse = x", "postgres.databse: unknown key")]
    public async Task A_wrong_key_is_named_with_what_is_allowed(string setting, string told)
    {
        await using var site = Site(setting);

        Assert.Contains($"cvp-actors.databases.reporting.{told}", await site.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_down_when_the_node_starts_is_backed_up_when_it_is_there()
    {
        await using var site = Site();
        _server.Stop();
        var api = (await site.StartAsync()).Api;

        var failed = await api.StartAsync("backup");
        await Poll.UntilAsync(async () => (await api.AttemptAsync(failed)).Text("state") == "failed", Soon);
        Assert.Contains("not to be reached", (await api.AttemptAsync(failed)).Text("error"), StringComparison.Ordinal);
        _server.Start();
        await api.RunAsync("backup");
    }

    [Fact]
    public async Task A_node_that_is_killed_during_a_dump_leaves_no_tool_behind_once_it_is_back()
    {
        await using var site = Site();
        var api = (await site.StartAsync()).Api;
        await using var locker = new NpgsqlConnection(_server.ConnectionString + ";Pooling=false");
        await locker.OpenAsync();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (var alone = new NpgsqlCommand("LOCK TABLE call", locker, transaction))
        {
            await alone.ExecuteNonQueryAsync();
        }

        await api.StartAsync("backup");
        await Poll.UntilAsync(() => Count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") > 0, Soon);
        var left = Assert.Single(Dumps());
        api = (await site.KillAndStartAsync()).Api;
        await Poll.UntilAsync(async () => (await api.StateAsync()).Text("agent") == "connected", Soon);
        await api.FreeLockAsync();

        // The next run takes the run lock, and ends what an earlier holder has left before anything else.
        var next = await api.StartAsync("backup");
        await Poll.UntilAsync(() => !Dumps().Contains(left), Soon);
        await transaction.RollbackAsync();

        Assert.Equal("succeeded", (await api.EndOfAsync(next)).Text("state"));
        Assert.DoesNotContain(Directory.EnumerateFiles(site.In("backup")), file => file.Contains("partial", StringComparison.Ordinal));
    }

    /// <summary>The processes of pg_dump that are on this server.</summary>
    private int[] Dumps() =>
    [
        .. System.Diagnostics.Process.GetProcessesByName("pg_dump").Select(process => process.Id)
            .Where(id => File.Exists($"/proc/{id}/environ") && File.ReadAllText($"/proc/{id}/environ").Contains($"PGPORT={_server.Port}\0", StringComparison.Ordinal)),
    ];

    private Site Site(string more = "", string call = "call", string callColumn = "at")
    {
        var site = Harness.Site.Empty();
        File.WriteAllText(site.In("password"), Secret + "\n");
        return site.Configure($$"""
            cvp-actors {
              data-directory = "{{site.In("data")}}"
              http.url = "http://127.0.0.1:0"
              log.file = "{{site.In("log/node.json")}}"
              databases.reporting {
                engine = postgres
                postgres {
                  connection-string = "{{_server.ConnectionString}}"
                  password-file = "{{site.In("password")}}"
                  {{more}}
                }
                backup.directory = "{{site.In("backup")}}"
                purge {
                  hold-after-silence = 0s
                  categories {
                    call {
                      table = {{call}}
                      timestamp-column = {{callColumn}}
                      retain = 30d
                    }
                    callevent {
                      table = callevent
                      timestamp-column = at
                      retain = 30d
                      parent = call
                    }
                  }
                }
              }
            }

            """);
    }

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_server.ConnectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private long Count(string sql, string? database = null)
    {
        using var connection = new NpgsqlConnection(_server.ConnectionString + $";Pooling=false;Database={database ?? "cvp"}");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }
}
