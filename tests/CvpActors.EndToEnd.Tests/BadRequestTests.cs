using System.Net;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class BadRequestTests
{
    [Fact]
    public async Task What_does_not_exist_is_a_404_problem()
    {
        await using var site = new Site();
        site.Database.Create();
        var api = (await site.StartAsync()).Api;

        foreach (var (method, path) in new[]
        {
            ("GET", ""), ("POST", "/backups"), ("POST", "/purges"), ("GET", "/attempts"), ("GET", "/attempts/backup-1"), ("DELETE", "/attempts/backup-1"),
            ("DELETE", "/lock"), ("PUT", "/pause"), ("DELETE", "/pause"), ("GET", "/files/cvp_backup_data.old"),
        })
        {
            var answer = await api.SendAsync(new HttpMethod(method), $"/api/v1/databases/nowhere{path}");
            answer.IsProblem(HttpStatusCode.NotFound, "unknown-database");
            Assert.Contains("reporting", answer.Json.Text("detail"), StringComparison.Ordinal);
        }

        (await api.SendAsync(HttpMethod.Get, $"{NodeApi.Database}/attempts/backup-999")).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await api.SendAsync(HttpMethod.Get, "/api/v1/nothing")).IsProblem(HttpStatusCode.NotFound, "no-such-call");
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_400_problem_and_runs_nothing()
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var api = (await site.StartAsync()).Api;

        foreach (var (method, path, body) in new[]
        {
            ("POST", "/purges", "{ dryRun"), ("POST", "/purges", """{ "dryRnu": true }"""), ("POST", "/purges", """{ "dryRun": "yes" }"""),
            ("POST", "/purges", "null"), ("POST", "/backups", "null"), ("POST", "/shipments", "null"), ("PUT", "/pause", "null"),
            ("POST", "/purges", """{ "dryRun": true, "dryRun": false }"""), ("POST", "/purges", """{ "dryRun": null }"""), ("POST", "/purges", """{ "dryrun": true }"""),
            ("POST", "/purges", """{ "DryRun": true }"""), ("POST", "/purges", """{ "dryRun": 1 }"""), ("POST", "/purges", "true"), ("POST", "/purges", "dryRun=true"),
            ("POST", "/purges", """{ "dryRun": true, }"""), ("POST", "/purges", """{ "dryRun": true } // only counts"""), ("POST", "/backups", """{ "dryRun": true }"""),
            ("DELETE", "/lock", """{ "reason": "it hangs" }"""), ("DELETE", "/pause", "{}"), ("PUT", "/pause?until=2030-01-01", null),
            ("POST", "/purges", "[]"), ("POST", "/purges", "{} {}"), ("POST", "/purges?dryRun=true", null), ("POST", "/backups", "nonsense"), ("PUT", "/pause", """{ "until": "tomorrow" }"""),
            ("GET", "/attempts?limit=0", null), ("GET", "/attempts?limit=many", null), ("DELETE", "/lock?why=because", null),
        })
        {
            (await api.SendAsync(new HttpMethod(method), NodeApi.Database + path, body)).IsProblem(HttpStatusCode.BadRequest, "malformed-request");
        }

        (await api.PostAsync($"{NodeApi.Database}/backups", idempotencyKey: new string('k', 300))).IsProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.Empty(await api.AttemptsAsync());
        Assert.Equal(5, site.Database.Count("call"));
    }

    [Fact]
    public async Task A_page_of_another_origin_and_a_foreign_name_are_refused_and_nothing_runs()
    {
        await using var site = new Site();
        site.Database.Create((1, 1));
        var api = (await site.StartAsync()).Api;

        foreach (var (header, value) in new[] { ("Origin", "http://evil.example"), ("Origin", "null"), ("Host", "evil.example") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{NodeApi.Database}/backups");
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await api.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Empty(await api.AttemptsAsync());
    }

    [Theory]
    [InlineData("{\"reason\": \"a\\n01:00:00.000 ERR made up\"}")]
    [InlineData(null)]
    public async Task A_reason_that_would_look_like_lines_of_the_log_or_fill_it_is_refused(string? body)
    {
        await using var site = new Site();
        site.Database.Create((1, 1));
        var api = (await site.StartAsync()).Api;

        var answer = await api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause", body ?? $"{{\"reason\": \"{new string('x', 501)}\"}}");

        answer.IsProblem(HttpStatusCode.BadRequest, "malformed-request");
        Assert.False((await api.StateAsync()).Has("pause"));
    }
}
