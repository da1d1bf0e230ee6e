using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class BackupFileTests
{
    private const string OldFile = $"{NodeApi.Database}/files/{BackupDirectory.Old}";

    [Fact]
    public async Task Each_backup_moves_the_one_before_it_to_old_and_both_are_whole()
    {
        await using var site = new Site();
        site.Database.Create((10, 60));
        var api = (await site.StartAsync()).Api;

        for (var generation = 1; generation <= 3; generation++)
        {
            var made = await api.RunAsync("backup");
            Assert.Equal(generation, made.Number("result.backup.generation"));
            Assert.Equal(generation, site.Backups.GenerationOfWhole(BackupDirectory.Current));
            if (generation > 1)
            {
                Assert.Equal(generation - 1, site.Backups.GenerationOfWhole(BackupDirectory.Old));
            }
        }

        var files = await Eventually.SeesAsync("both files in the state", async () => (await api.StateAsync()).List("files"), f => f.Count == 2 && f[0].Number("generation") == 3);
        Assert.Equal([(BackupDirectory.Current, 3L, false), (BackupDirectory.Old, 2L, true)],
            files.Select(f => (f.Text("name")!, f.Number("generation"), f.At("copyable").GetBoolean())));
        Assert.All(files, f => Assert.Equal(site.Backups.Sha256(f.Text("name")!), f.Text("sha256")));
    }

    [Fact]
    public async Task Only_the_old_file_can_be_copied_in_whole_or_in_parts()
    {
        await using var site = new Site();
        site.Database.Create((10, 60)).Fill(1);
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        (await api.SendAsync(HttpMethod.Get, OldFile)).IsProblem(HttpStatusCode.NotFound, "not-found");
        await api.RunAsync("backup");

        (await api.SendAsync(HttpMethod.Get, $"{NodeApi.Database}/files/{BackupDirectory.Current}")).IsProblem(HttpStatusCode.Conflict, "not-copyable");
        (await api.SendAsync(HttpMethod.Get, $"{NodeApi.Database}/files/passwd")).IsProblem(HttpStatusCode.NotFound, "not-found");
        (await api.SendAsync(HttpMethod.Get, $"{NodeApi.Database}/files/..%2f..%2freporting.db")).IsProblem(HttpStatusCode.NotFound, "not-found");

        using var whole = await api.Http.GetAsync(OldFile);
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        Assert.Equal(site.Backups.Sha256(BackupDirectory.Old), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal($"\"{site.Backups.Sha256(BackupDirectory.Old)}\"", whole.Headers.ETag?.Tag);

        // A copy that broke off after 100,000 bytes is gone on with, as long as it is the same file.
        var (status, rest) = await RangeAsync(api, 100_000, whole.Headers.ETag!);
        Assert.Equal(HttpStatusCode.PartialContent, status);
        Assert.Equal(bytes[100_000..], rest);

        site.Database.Fill(1);
        await api.RunAsync("backup");
        await api.RunAsync("backup");
        var (newStatus, newBytes) = await RangeAsync(api, 100_000, whole.Headers.ETag!);
        Assert.Equal(HttpStatusCode.OK, newStatus);
        Assert.Equal(site.Backups.Sha256(BackupDirectory.Old), Convert.ToHexStringLower(SHA256.HashData(newBytes)));
    }

    private static async Task<(HttpStatusCode, byte[])> RangeAsync(NodeApi api, long from, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, OldFile);
        request.Headers.Range = new RangeHeaderValue(from, null);
        request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        using var response = await api.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
