using System.Runtime.Versioning;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;
using Npgsql;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Drills of a real PostgreSQL database by a real node, on servers that are gone afterwards.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostgresDrillTests : IDisposable
{
    private readonly PostgresServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("dump")]
    [InlineData("basebackup")]
    public async Task A_drill_proves_the_old_file_and_a_check_that_says_no_is_told(string method)
    {
        Execute("CREATE TABLE call(id int PRIMARY KEY, at timestamptz); INSERT INTO call SELECT i, now() - i * interval '1 h' FROM generate_series(1, 60) i");
        await using var site = Site(method, "SELECT count(*) < 100 FROM call");
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");

        var state = await DrillAsync(api);
        Assert.True(state.At("drill.last.succeeded").GetBoolean(), state.ToString());
        Assert.Equal((1L, 60L), (state.Number("lastProven.generation"), state.Number("lastProven.rows")));
        Assert.False(state.Has("drill.last.note"));
        AssertNothingIsLeft(site);

        Execute("INSERT INTO call SELECT i, now() FROM generate_series(100, 200) i");
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        state = await DrillAsync(api);
        Assert.Contains("the check \"SELECT count(*) < 100 FROM call\" gave \"False\"", state.Text("drill.last.error"), StringComparison.Ordinal);
        Assert.Equal(1L, state.Number("lastProven.generation"));
        AssertNothingIsLeft(site);
    }

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_leaves_no_server_and_no_file_after_its_next_start()
    {
        Execute("CREATE TABLE call(id int PRIMARY KEY, at timestamptz); INSERT INTO call SELECT i, now() FROM generate_series(1, 400000) i");
        await using var site = Site("dump", "SELECT true");
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var id = await api.StartAsync("drill");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(Place(site), ".s.PGSQL.5432")), TimeSpan.FromSeconds(60)));

        api = (await site.KillAndStartAsync()).Api;

        var state = await EndAsync(api, id);
        Assert.Contains("process ended while it was under way", state.Text("drill.last.error"), StringComparison.Ordinal);
        AssertNothingIsLeft(site);
    }

    [Fact]
    public async Task A_check_that_is_no_SQL_is_an_error_of_configuration()
    {
        Execute("CREATE TABLE call(id int PRIMARY KEY, at timestamptz)");
        await using var site = Site("dump", "this is no SQL");

        Assert.Contains("cvp-actors.databases.reporting.drill.checks: \"this is no SQL\" is not understood by", await site.RefusalAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> DrillAsync(NodeApi api) => await EndAsync(api, await api.StartAsync("drill"));

    private static async Task<JsonElement> EndAsync(NodeApi api, string attemptId) => await Eventually.SeesAsync(
        $"the end of {attemptId}", api.StateAsync, state => state.Has("drill.last") && state.Text("drill.last.attemptId") == attemptId, TimeSpan.FromSeconds(60));

    private static string Place(Site site) => Path.Combine(site.In("drills"), "drill-reporting");

    private static void AssertNothingIsLeft(Site site)
    {
        Assert.False(Directory.Exists(Place(site)));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Select(process => Path.Combine(process, "cmdline")).Where(File.Exists).Select(Said),
            line => line.Contains(Place(site), StringComparison.Ordinal));
    }

    private static string Said(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // It has ended since.
            return "";
        }
    }

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_server.ConnectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private Site Site(string method, string check)
    {
        var site = Harness.Site.Empty();

        // A node that is root has another user run the server, who must be able to come here.
        File.SetUnixFileMode(site.Root, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(site.In("drills"), (UnixFileMode)0b111_101_101);
        return site.Configure($$"""
            cvp-actors {
              data-directory = "{{site.In("data")}}"
              http.url = "http://127.0.0.1:0"
              databases.reporting {
                engine = postgres
                postgres {
                  connection-string = "{{_server.ConnectionString}}"
                  method = {{method}}
                }
                backup.directory = "{{site.In("backup")}}"
                purge.categories.call {
                  table = call
                  timestamp-column = at
                  retain = 30d
                }
                drill {
                  checks = ["{{check}}"]
                  directory = "{{site.In("drills")}}"
                }
              }
            }
            """);
    }
}
