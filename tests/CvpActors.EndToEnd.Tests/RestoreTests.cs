using System.Net;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests;

/// <summary>Restores of a SQLite database by a real node.</summary>
public sealed class RestoreTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private const string Restores = $"{NodeApi.Database}/restores";

    [Fact]
    public async Task The_old_and_the_current_file_come_back_to_new_places_as_they_were_and_the_live_database_is_not_touched()
    {
        await using var site = new Site();
        site.Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        SampleDatabase.Execute(site.Database.Path, "DELETE FROM callevent; DELETE FROM call WHERE callid > 5");
        await api.RunAsync("backup");
        SampleDatabase.Execute(site.Database.Path, "DELETE FROM call");

        var plan = (await api.PostAsync(Restores, """{ "source": "old", "dryRun": true }""")).Json;
        Assert.Equal((1L, false, false, true), (plan.Number("generation"), plan.At("overLive").GetBoolean(), plan.Has("replaces"), plan.At("suffices").GetBoolean()));
        Assert.False(File.Exists(plan.Text("target")));

        var old = await api.RunAsync("restore", """{ "source": "old" }""");
        Assert.Equal(("restore", plan.Text("target"), 1L), (old.Text("operation"), old.Text("result.restore.target"), old.Number("result.restore.generation")));
        Assert.Equal((20L, 20L), Rows(old.Text("result.restore.target")!));
        await api.RunAsync("restore", $$"""{ "source": "current", "target": "{{site.In("there.db")}}" }""");
        Assert.Equal((5L, 0L), Rows(site.In("there.db")));
        Assert.Equal(0, site.Database.Count("call"));

        // Nothing but the live database is ever replaced.
        (await api.PostAsync(Restores, $$"""{ "source": "old", "target": "{{site.In("there.db")}}" }""")).IsProblem(HttpStatusCode.Conflict, "target-not-usable");
        (await api.PostAsync(Restores, $$"""{ "source": "old", "target": "{{site.Database.Path}}" }""")).IsProblem(HttpStatusCode.Conflict, "target-not-usable");
    }

    [Fact]
    public async Task The_live_database_is_replaced_when_it_is_named_with_the_generation_and_purged_rows_stay_purged()
    {
        await using var site = new Site();
        site.Database.Create((40, 60), (20, 20), (10, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("purge");
        Assert.Equal((30, 10), (site.Database.Count("call"), site.Database.Count("callevent")));
        SampleDatabase.Execute(site.Database.Path, "DELETE FROM call WHERE callid > 60; CREATE TABLE later(n INTEGER)");

        var refused = (await api.PostAsync(Restores, """{ "source": "current", "target": "live" }""")).IsProblem(HttpStatusCode.Conflict, "confirmation-required");
        Assert.Equal("reporting@1", refused.Json.Text("confirm"));
        (await api.PostAsync(Restores, """{ "source": "current", "target": "live", "confirm": "reporting@2" }""")).IsProblem(HttpStatusCode.Conflict, "confirmation-required");
        (await api.PostAsync(Restores, """{ "source": "current", "confirm": "reporting@1" }""")).IsProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Equal(20, site.Database.Count("call"));

        var request = """{ "source": "current", "target": "live", "confirm": "reporting@1" }""";
        var accepted = await api.PostAsync(Restores, request, "key");
        Assert.Equal((HttpStatusCode.Accepted, "live"), (accepted.Status, accepted.Json.Text("target")));
        var restored = await api.EndOfAsync(accepted.Json.Text("attemptId")!);
        Assert.True(restored.Text("state") == "succeeded", restored.ToString());

        // As at the backup, but for what a purge had deleted since.
        Assert.Equal((30, 10), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.Equal(0, SampleDatabase.Scalar<long>(site.Database.Path, "SELECT count(*) FROM sqlite_schema WHERE name = 'later'"));
        Assert.Equal(100, restored.Number("result.restore.purgedAgain.rows"));
        Assert.Equal(accepted.Text, (await api.PostAsync(Restores, request, "key")).Text);
        Assert.Single(await api.AttemptsAsync(), a => a.Text("operation") == "restore");

        // Who wants those rows back says so.
        var all = await api.RunAsync("restore", """{ "source": "current" }""");
        Assert.Equal((70L, 70L), Rows(all.Text("result.restore.target")!));
        Assert.True(all.Has("result.restore.notPurgedAgain"));
    }

    [Fact]
    public async Task A_damaged_source_is_refused_before_anything_is_touched_and_the_others_can_still_be_restored()
    {
        await using var site = new Site();
        site.Database.Create((20, 1));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        await using (var file = File.OpenWrite(site.Backups.In(BackupDirectory.Current)))
        {
            file.Position = file.Length - 10;
            file.WriteByte(0xff);
        }

        SampleDatabase.Execute(site.Database.Path, "DELETE FROM callevent");
        var failed = await api.EndOfAsync(await api.StartAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@2" }"""));
        Assert.Equal("failed", failed.Text("state"));
        Assert.Contains("damaged", failed.Text("error"), StringComparison.Ordinal);
        Assert.Equal((20, 0), (site.Database.Count("call"), site.Database.Count("callevent")));
        Assert.Empty(await api.AlertsAsync());

        await api.RunAsync("restore", """{ "source": "old", "target": "live", "confirm": "reporting@1" }""");
        Assert.Equal((20, 20), (site.Database.Count("call"), site.Database.Count("callevent")));
    }

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_leaves_the_live_database_as_it_was_and_says_so_when_it_is_back()
    {
        await using var site = new Site();
        site.Database.Create((20, 1)).Fill(megabytes: 120);
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        SampleDatabase.Execute(site.Database.Path, "DELETE FROM callevent; UPDATE recording SET bytes = randomblob(1000000)");
        var id = await api.StartAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");

        // The new pages are in the log or the old ones in the journal, and nothing is committed yet.
        SpinWait.SpinUntil(() => SideBytes() > 4 << 20, Soon);

        api = (await site.KillAndStartAsync()).Api;
        var ended = await api.EndOfAsync(id);

        Assert.Equal("lost", ended.Text("state"));
        Assert.Equal(0, site.Database.Count("callevent"));
        Assert.Equal("ok", SampleDatabase.Scalar<string>(site.Database.Path, "PRAGMA integrity_check"));
        Assert.DoesNotContain(Directory.GetFiles(site.Root), file => file.Contains("restoring", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(site.Backups.Path), file => file.Contains("cvp_restore", StringComparison.Ordinal));
        await api.RunAsync("restore", """{ "source": "current", "target": "live", "confirm": "reporting@1" }""");
        Assert.Equal(20, site.Database.Count("callevent"));

        long SideBytes() => new[] { "-wal", "-journal" }.Select(suffix => new FileInfo(site.Database.Path + suffix)).Sum(file => file.Exists ? file.Length : 0);
    }

    [Fact]
    public async Task Cvpctl_shows_the_plan_and_stays_until_it_is_restored()
    {
        await using var site = new Site();
        site.Database.Create((20, 1));
        var node = await site.StartAsync();
        await node.Api.RunAsync("backup");
        var url = node.Api.Http.BaseAddress!.ToString();

        var planned = await Cvpctl.RunAsync(site.Root, "restore", "reporting", "--from", "current", "--over-live", "--dry-run", "--url", url);
        Assert.True(planned.ExitCode == 0, planned.Errors);
        Assert.Contains("--over-live --confirm reporting@1", planned.Output, StringComparison.Ordinal);
        var refused = await Cvpctl.RunAsync(site.Root, "restore", "reporting", "--from", "current", "--over-live", "--url", url);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("confirm = \"reporting@1\"", refused.Errors, StringComparison.Ordinal);

        var restored = await Cvpctl.RunAsync(site.Root, "restore", "reporting", "--from", "current", "--to", site.In("new.db"), "--url", url);
        Assert.True(restored.ExitCode == 0, restored.Errors);
        Assert.Contains($"generation 1 is at {site.In("new.db")}", restored.Output, StringComparison.Ordinal);
        Assert.Equal((20L, 20L), Rows(site.In("new.db")));
    }

    [Theory]
    [InlineData("""{ }""", "source is missing")]
    [InlineData("""{ "source": "newest" }""", "allowed: current, old, remote:NAME")]
    [InlineData("""{ "source": "old", "target": "" }""", "target is not allowed")]
    public async Task A_request_that_says_not_what_goes_where_is_told_what_is_allowed(string body, string expected)
    {
        await using var site = new Site();
        site.Database.Create((1, 1));
        var api = (await site.StartAsync()).Api;

        Assert.Contains(expected, (await api.PostAsync(Restores, body)).IsProblem(HttpStatusCode.BadRequest, "malformed-request").Json.Text("detail"), StringComparison.Ordinal);
        (await api.PostAsync(Restores, """{ "source": "old" }""")).IsProblem(HttpStatusCode.NotFound, "no-such-backup");
        (await api.PostAsync(Restores, """{ "source": "remote:nowhere" }""")).IsProblem(HttpStatusCode.ServiceUnavailable, "remote-unavailable");
    }

    private static (long Calls, long Events) Rows(string path) =>
        (SampleDatabase.Scalar<long>(path, "SELECT count(*) FROM call"), SampleDatabase.Scalar<long>(path, "SELECT count(*) FROM callevent"));
}
