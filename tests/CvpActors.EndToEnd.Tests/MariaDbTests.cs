using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Any database with a dump tool: the example for MariaDB, as it is shipped, with a real server.</summary>
public sealed class MariaDbTests
{
    [Fact]
    public async Task The_example_backs_up_purges_and_restores_a_real_server()
    {
        await using var server = await MariaDbServer.StartAsync();
        server.Ask("""
            CREATE DATABASE reporting; USE reporting;
            CREATE TABLE call_record(id int PRIMARY KEY, started datetime NOT NULL);
            CREATE TABLE call_event(call_id int NOT NULL REFERENCES call_record(id), happened datetime NOT NULL);
            INSERT INTO call_record SELECT seq, utc_timestamp() - INTERVAL seq DAY FROM seq_1_to_60;
            INSERT INTO call_event SELECT seq, utc_timestamp() - INTERVAL seq DAY FROM seq_1_to_60;
            """);
        await using var site = Site.Empty().WithConfig(Path.Combine(NodeProcess.Directory, "hocon", "mariadb.conf"));
        site.Configure($$"""
            cvp-actors {
              data-directory = "{{site.In("data")}}"
              http.url = "http://127.0.0.1:0"
              databases.reporting {
                command.environment.HOME = "{{site.Root}}"
                backup.directory = "{{site.In("backup")}}"
              }
            }
            """);
        await File.WriteAllTextAsync(site.In(".my.cnf"), $"[client]\nuser=root\nsocket={server.Socket}\n");
        var api = (await site.StartAsync()).Api;

        await api.RunAsync("backup");
        var counted = await api.RunAsync("purge", """{ "dryRun": true }""");
        var purged = await api.RunAsync("purge");
        server.Ask("DELETE FROM call_event", "reporting");
        var copied = await api.RunAsync("restore", """{ "source": "current", "target": "looked_at" }""");
        var injected = await api.EndOfAsync(await api.StartAsync("restore", """{ "source": "current", "target": "x; DROP DATABASE reporting" }"""));
        await api.RunAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");

        Assert.Equal((77, 77), (counted.Number("result.purge.rows"), purged.Number("result.purge.rows")));
        Assert.Contains("is no name for a new database; allowed: letters, digits and _", injected.Text("error"), StringComparison.Ordinal);
        Assert.Equal("looked_at", copied.Text("result.restore.target"));
        Assert.Equal("60\t60", server.Ask("SELECT (SELECT count(*) FROM call_record), (SELECT count(*) FROM call_event)", "looked_at"));

        // Back as they were at the backup, but for what a purge had deleted since.
        Assert.Equal("29\t14", server.Ask("SELECT (SELECT count(*) FROM call_record), (SELECT count(*) FROM call_event)", "reporting"));
    }
}
