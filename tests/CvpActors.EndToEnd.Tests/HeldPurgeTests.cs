using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

/// <summary>A purge deletes only what it can show to be old: it waits for an administrator where the clock or the dating may be wrong.</summary>
public sealed class HeldPurgeTests
{
    private const string EveryFewSeconds = """cvp-actors.databases.reporting.purge.schedule = "*/5 * * * * *" """;

    [Fact]
    public async Task A_clock_that_is_400_days_ahead_after_a_restart_deletes_nothing_until_an_administrator_lets_it()
    {
        await using var site = new Site().WithClock(out var clock).Configure(EveryFewSeconds);
        site.Database.Create((5, 1), (2, 60));
        var node = await site.StartAsync();
        await Eventually.SeesAsync("a purge by the right clock", node.Api.StateAsync, s => s.Has("purge.lastSuccess"));
        Assert.Equal(5, site.Database.Count("call"));

        clock.Set("+400d");
        node = await site.KillAndStartAsync();
        var state = await Eventually.SeesAsync("a held purge", node.Api.StateAsync, s => s.Has("purge.held"));
        Assert.StartsWith("clock ", state.List("purge.held.findings")[0].Text("key"), StringComparison.Ordinal);
        Assert.Equal(5, site.Database.Count("call"));
        var alert = Assert.Single(await node.Api.AlertsAsync(), a => a.Text("code") == "purge-held");
        Assert.Contains("400 d more", alert.Text("text"), StringComparison.Ordinal);
        Assert.Contains("cvpctl release reporting", alert.Text("text"), StringComparison.Ordinal);
        (await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/purge-hold")).IsProblem(HttpStatusCode.BadRequest, "malformed-request");

        var released = await Cvpctl.RunAsync(site.Root, ["release", "reporting", "--reason", "a test of four hundred days", "--url", node.Api.Http.BaseAddress!.ToString()]);
        Assert.True(released.ExitCode == 0, released.Errors);
        await Eventually.SeesAsync("the purge that was let go", node.Api.AttemptsAsync, a => a[0].Text("state") == "succeeded" && site.Database.Count("call") == 0);
        Assert.Contains(node.Output, line => line.Contains("an administrator let it go (a test of four hundred days)", StringComparison.Ordinal));
        await Eventually.SeesAsync("the end of the alert", node.Api.AlertsAsync, alerts => alerts.All(a => a.Text("code") != "purge-held" || a.Has("clearedAt")));
    }

    [Fact]
    public async Task A_category_that_would_be_emptied_is_asked_about_and_a_dry_run_says_so_before()
    {
        await using var site = new Site().Configure("""
            cvp-actors.databases.reporting.purge.categories {
              call.emptying = hold
              callevent.emptying = hold
            }
            """);
        site.Database.Create((7, 60));
        var api = (await site.StartAsync()).Api;

        var dry = await api.RunAsync("purge", """{ "dryRun": true }""");
        Assert.Equal(14, dry.Number("result.purge.rows"));
        Assert.Equal(2, dry.List("result.held").Count);

        var held = await api.EndOfAsync(await api.StartAsync("purge"));
        Assert.Equal("failed", held.Text("state"));
        Assert.Contains("Category \"call\" would be left without any row", held.Text("error"), StringComparison.Ordinal);
        Assert.Equal(7, site.Database.Count("call"));

        Assert.Equal(HttpStatusCode.Accepted, (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/purge-hold?reason=closed")).Status);
        (await api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/purge-hold?reason=closed")).IsProblem(HttpStatusCode.NotFound, "not-found");
        await api.RunAsync("purge");
        Assert.Equal(0, site.Database.Count("call"));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_while_nothing_happens_is_alerted()
    {
        await using var site = new Site().WithClock(out var clock);
        site.Database.Create((5, 1));
        var node = await site.StartAsync();
        await node.Api.RunAsync("backup");

        // An hour later, and back by half of it: later than all that was ever recorded.
        clock.Set("+1h");
        node = await site.KillAndStartAsync();
        clock.Set("+30m");
        node = await site.KillAndStartAsync();
        var alerts = await Eventually.SeesAsync("the alert", node.Api.AlertsAsync, all => all.Any(a => a.Text("code") == "clock-skew"));
        Assert.Contains("ran back by", alerts[0].Text("text"), StringComparison.Ordinal);
    }
}
