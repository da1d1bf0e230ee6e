using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests;

public sealed class RetiredDatabaseTests
{
    private const string Sold = "/api/v1/databases/sold";

    [Fact]
    public async Task A_database_that_is_taken_out_of_the_configuration_ends_with_its_alert_and_keeps_its_history()
    {
        await using var site = new Site();
        site.Database.Create((1, 1));
        var file = new ReportingFile(site.In("sold.db"));
        file.Create((1, 1));
        site.Configure(ReportingHocon.Database("sold", file.Path, site.In("sold-backups")) + """
            cvp-actors {
              policy.backup.retry-window = 1s
              databases.sold.backup.schedule = "*/5 * * * * *"
            }
            """);
        var api = (await site.StartAsync()).Api;
        (await api.SendAsync(HttpMethod.Delete, Sold)).IsProblem(HttpStatusCode.Conflict, "not-possible");
        File.Move(file.Path, file.Path + ".away");
        await Eventually.SeesAsync("an alert about the database that is gone", api.AlertsAsync, alerts => alerts.Any(IsOpenAlertOfSold));
        await site.StopAsync();

        await File.WriteAllTextAsync(site.Files.Last(), "cvp-actors { }");
        api = (await site.StartAsync()).Api;

        await Eventually.SeesAsync("its alert is over", api.AlertsAsync, alerts => alerts.Count > 0 && !alerts.Any(IsOpenAlertOfSold));
        (await api.SendAsync(HttpMethod.Get, Sold)).IsProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(["reporting"], (await api.GetAsync("/api/v1/databases")).List().Select(d => d.Text("id")));
        Assert.NotEmpty((await api.GetAsync($"{Sold}/attempts")).List());
        (await api.SendAsync(HttpMethod.Delete, Sold)).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await api.PostAsync($"{Sold}/backups")).IsProblem(HttpStatusCode.NotFound, "not-found");
    }

    private static bool IsOpenAlertOfSold(JsonElement alert) => alert.Text("database") == "sold" && !alert.Has("clearedAt");
}
