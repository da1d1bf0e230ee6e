using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Drills of a SQLite database by a real node.</summary>
public sealed class DrillTests
{
    private const string Drills = $"{NodeApi.Database}/drills";

    private const string Drill = "cvp-actors.databases.reporting.drill";

    [Fact]
    public async Task A_drill_on_demand_proves_the_old_file_and_what_it_found_is_shown_and_nothing_is_left()
    {
        await using var site = new Site().Configure($$"""{{Drill}}.checks = [ "SELECT count(*) = 20 FROM call" ]""");
        site.Database.Create((20, 1));
        var node = await site.StartAsync();
        var api = node.Api;
        (await api.PostAsync(Drills, """{ "from": "old" }""")).IsProblem(HttpStatusCode.BadRequest, "malformed-request");
        await api.RunAsync("backup");
        SampleDatabase.Execute(site.Database.Path, "INSERT INTO call SELECT callid + 100, startdatetime FROM call");
        await api.RunAsync("backup");

        var accepted = await api.PostAsync(Drills, idempotencyKey: "key");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var state = await EndAsync(api, accepted.Json.Text("attemptId")!);

        Assert.True(state.At("drill.last.succeeded").GetBoolean(), state.ToString());
        Assert.Equal((1L, "old", 40L), (state.Number("lastProven.generation"), state.Text("lastProven.source"), state.Number("lastProven.rows")));
        Assert.True(state.At("lastProven.restoreSeconds").GetDouble() > 0);
        Assert.Equal(accepted.Text, (await api.PostAsync(Drills, idempotencyKey: "key")).Text);
        AssertNothingIsLeft(site);
        Assert.Empty(await api.AlertsAsync());

        // How long a restore would take is known though there was none.
        var plan = (await api.PostAsync($"{NodeApi.Database}/restores", """{ "source": "old", "dryRun": true }""")).Json;
        Assert.Equal(state.At("lastProven.restoreSeconds").GetDouble(), plan.At("lastRestoreSeconds").GetDouble());

        var url = api.Http.BaseAddress!.ToString();
        var again = await Cvpctl.RunAsync(site.Root, "drill", "reporting", "--url", url);
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Contains("generation 1 (old) is proven: restored in", again.Output, StringComparison.Ordinal);
        Assert.Contains("PROVEN", (await Cvpctl.RunAsync(site.Root, "status", "--url", url)).Output, StringComparison.Ordinal);

        // A restart forgets none of it.
        await site.StopAsync();
        api = (await site.StartAsync()).Api;
        await Eventually.SeesAsync("what was proven", api.StateAsync, s => s.Has("lastProven") && s.Number("lastProven.generation") == 1);
    }

    [Fact]
    public async Task A_drill_that_fails_is_alerted_with_the_cause_until_one_succeeds()
    {
        await using var site = new Site().Configure($$"""{{Drill}}.checks = [ "SELECT count(*) > 30 FROM call" ]""");
        site.Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var bytes = await File.ReadAllBytesAsync(site.Backups.In(BackupDirectory.Old));

        // Too few rows, no row, a flipped byte, half a file: each is told for what it is, and alerted once.
        Assert.Contains("the check \"SELECT count(*) > 30 FROM call\" gave \"0\"", (await FailAsync(api)), StringComparison.Ordinal);
        await WriteOldAsync(site, [.. bytes[..^10], (byte)~bytes[^10], .. bytes[^9..]]);
        Assert.Contains("SHA-256", await FailAsync(api), StringComparison.Ordinal);
        await WriteOldAsync(site, bytes[..(bytes.Length / 2)]);
        Assert.Contains("has no cvp_backup_data.old", await FailAsync(api), StringComparison.Ordinal);
        var alert = Assert.Single(await api.AlertsAsync());
        Assert.Equal("drill-failed", alert.Text("code"));
        AssertNothingIsLeft(site);

        SampleDatabase.Execute(site.Database.Path, "INSERT INTO call SELECT callid + 100, startdatetime FROM call");
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var state = await EndAsync(api, await api.StartAsync("drill"));
        Assert.True(state.At("drill.last.succeeded").GetBoolean(), state.ToString());
        Assert.True(Assert.Single(await api.AlertsAsync()).Has("clearedAt"));
    }

    [Fact]
    public async Task A_copy_with_other_numbers_of_rows_than_the_live_database_had_is_no_proof()
    {
        await using var site = new Site().Configure($"{Drill}.rows-within = 10%");
        site.Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var manifest = site.Backups.In(BackupDirectory.Old + ".manifest.json");
        var text = await File.ReadAllTextAsync(manifest);
        Assert.Matches("\"category\":\\s*\"callevent\",\\s*\"rows\":\\s*20", text);
        await File.WriteAllTextAsync(manifest, System.Text.RegularExpressions.Regex.Replace(text, "(\"category\":\\s*\"callevent\",\\s*\"rows\":\\s*)20", "${1}26"));

        Assert.Contains("category callevent has 20 rows in the copy and had 26 in the live database", await FailAsync(api), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drill_that_does_not_fit_fails_with_the_figures_before_it_begins()
    {
        await using var site = new Site();
        using var disk = new SmallDisk(Directory.CreateDirectory(site.In("small")).FullName, "4m");
        site.Configure($"""{Drill}.directory = "{site.In("small")}" """).Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");

        Assert.Matches("the drill needs .* MB in .*small, its margin included, and .* are free", await FailAsync(api));
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_leaves_nothing_after_its_next_start()
    {
        await using var site = new Site().Configure($"{Drill} {{ }}");
        site.Database.Create((20, 1)).Fill(megabytes: 150);
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var id = await api.StartAsync("drill");
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(Place(site)) && Directory.EnumerateFiles(Place(site)).Any(), TimeSpan.FromSeconds(30)));

        api = (await site.KillAndStartAsync()).Api;

        var state = await EndAsync(api, id);
        Assert.Contains("process ended while it was under way", state.Text("drill.last.error"), StringComparison.Ordinal);
        AssertNothingIsLeft(site);
        state = await EndAsync(api, await api.StartAsync("drill"));
        Assert.True(state.At("drill.last.succeeded").GetBoolean(), state.ToString());
    }

    [Fact]
    public async Task A_drill_on_schedule_begins_by_itself_and_a_database_without_one_that_succeeds_is_overdue()
    {
        await using var site = new Site().Configure($$"""
            {{Drill}} {
              schedule = "* * * * * *"
              expected-within = 3s
            }
            """);
        site.Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;

        await Eventually.SeesAsync("the alerts", api.AlertsAsync, alerts => alerts.Select(a => a.Text("code")).Order().SequenceEqual(["drill-failed", "drill-overdue"]));
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        await Eventually.SeesAsync("their end", api.AlertsAsync, alerts => alerts.Count == 2 && alerts.All(a => a.Has("clearedAt")));
    }

    [Theory]
    [InlineData("checks = [ \"this is no SQL\" ]", "cvp-actors.databases.reporting.drill.checks: \"this is no SQL\" is not understood by SQLite")]
    [InlineData("checks = [ \"DELETE FROM call\" ]", "would change the database; allowed: a statement that only reads")]
    [InlineData("from = current", "cvp-actors.databases.reporting.drill.from: \"current\" is not allowed; allowed: old, or remote:NAME")]
    [InlineData("from = \"remote:hq\"", "nothing of this database is shipped to \"hq\"; allowed: old, since offsite.remotes names none")]
    [InlineData("rows-within = 120%", "\"120%\" is not allowed; allowed: 0% to 100%")]
    [InlineData("schedule = daily", "cvp-actors.databases.reporting.drill.schedule: \"daily\" is not a cron line")]
    public async Task What_cannot_be_drilled_so_is_said_at_start(string line, string expected)
    {
        await using var site = new Site().Configure($"{Drill} {{\n{line}\n}}");
        site.Database.Create((1, 1));

        Assert.Contains(expected, await site.RefusalAsync(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> EndAsync(NodeApi api, string attemptId) =>
        await Eventually.SeesAsync($"the end of {attemptId}", api.StateAsync, state => state.Has("drill.last") && state.Text("drill.last.attemptId") == attemptId);

    private static async Task<string> FailAsync(NodeApi api)
    {
        var state = await EndAsync(api, await api.StartAsync("drill"));
        Assert.False(state.At("drill.last.succeeded").GetBoolean(), state.ToString());
        return state.Text("drill.last.error")!;
    }

    private static async Task WriteOldAsync(Site site, byte[] bytes)
    {
        File.Delete(site.Backups.In(BackupDirectory.Old));
        await File.WriteAllBytesAsync(site.Backups.In(BackupDirectory.Old), bytes);
    }

    private static string Place(Site site) => Path.Combine(site.In("data"), "drills", "drill-reporting");

    private static void AssertNothingIsLeft(Site site)
    {
        Assert.False(Directory.Exists(Place(site)));
        Assert.DoesNotContain(Directory.GetFiles(site.Backups.Path), file => file.Contains("cvp_drill", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(site.In("data"), "agents", "reporting.drill.json")));
    }
}
