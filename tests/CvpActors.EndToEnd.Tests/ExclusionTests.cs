using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class ExclusionTests
{
    [Fact]
    public async Task Of_fifty_simultaneous_requests_one_runs_and_the_others_are_told_who_holds_the_lock()
    {
        await using var site = new Site().WithSlowPurge();
        site.Database.Create((300, 60)).Fill(50);
        var api = (await site.StartAsync()).Api;

        var requests = Enumerable.Range(0, 50).Select(i => api.PostAsync($"{NodeApi.Database}/{(i % 2 == 0 ? "purges" : "backups")}"));
        var answers = await Task.WhenAll(requests);

        var granted = Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        var id = granted.Json.Text("attemptId")!;
        var holder = await api.AttemptAsync(id);
        foreach (var refused in answers.Where(a => a != granted))
        {
            refused.IsProblem(HttpStatusCode.Conflict, "lock-held");
            Assert.Equal(id, refused.Json.Text("holder.attemptId"));
            Assert.Equal(granted.Json.Number("token"), refused.Json.Number("holder.token"));
            Assert.Equal(holder.Text("operation"), refused.Json.Text("holder.operation"));
            Assert.Equal(holder.Time("startedAt"), refused.Json.Time("holder.since"));
        }

        // Refused on demand is refused for good: nothing else ran, and nothing is waiting (rule 3).
        var attempts = await api.AttemptsAsync();
        Assert.Equal(49, attempts.Count(a => a.Text("state") == "blocked" && a.Text("blockedBy.attemptId") == id));
        var state = await api.StateAsync();
        Assert.False(state.Has("backup.retry") || state.Has("purge.retry"));
    }

    [Fact]
    public async Task Tokens_of_runs_that_follow_each_other_strictly_increase()
    {
        await using var site = new Site();
        site.Database.Create((3, 60));
        var api = (await site.StartAsync()).Api;

        var tokens = new List<long>();
        foreach (var operation in new[] { "backup", "purge", "backup" })
        {
            tokens.Add((await api.RunAsync(operation)).Number("token"));
        }

        Assert.Equal(tokens.Distinct().Order(), tokens);
    }
}
