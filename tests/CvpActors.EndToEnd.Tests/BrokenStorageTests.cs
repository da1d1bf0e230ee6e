using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

public sealed class BrokenStorageTests
{
    [Theory]
    [InlineData("garbage", "is not a SQLite database")]
    [InlineData("", "it is empty")]
    [InlineData(null, "there is no such file")]
    public async Task A_run_on_a_database_file_that_was_damaged_meanwhile_fails_and_names_the_file_and_the_cause(string? content, string cause)
    {
        await using var site = new Site();
        site.Database.Create((5, 60));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");

        File.Delete(site.Database.Path);
        if (content is not null)
        {
            await File.WriteAllTextAsync(site.Database.Path, string.Concat(Enumerable.Repeat(content, 1000)));
        }

        foreach (var operation in new[] { "backup", "purge" })
        {
            var failed = await api.EndOfAsync(await api.StartAsync(operation));
            Assert.Equal("failed", failed.Text("state"));
            Assert.Contains(site.Database.Path, failed.Text("error"), StringComparison.Ordinal);
            Assert.Contains(cause, failed.Text("error"), StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", failed.Text("error"), StringComparison.Ordinal);
        }

        Assert.Equal(1, site.Backups.GenerationOfWhole(BackupDirectory.Current));
        Assert.False(site.Backups.Has(BackupDirectory.Partial));
    }

    [Fact]
    public async Task A_backup_onto_a_full_disk_fails_leaves_both_files_as_they_were_and_is_retried()
    {
        await using var site = new Site().Configure("""cvp-actors.databases.reporting.backup.schedule = "*/3 * * * * *" """);
        site.Database.Create((10, 60)).Fill(4);
        Directory.CreateDirectory(site.Backups.Path);
        Posix.MountMemory(site.Backups.Path, "20m");
        try
        {
            var node = await site.StartAsync();
            await Eventually.SeesAsync("two scheduled backups", node.Api.StateAsync, s => s.List("files").Count == 2);
            FillUp(site.Backups.In("filler"));
            await Eventually.SeesAsync("a failed backup", node.Api.AttemptsAsync, a => a.Any(x => x.Text("state") == "failed"));
            await Eventually.SeesAsync("a retry", node.Api.StateAsync, s => s.Has("backup.retry.nextAttemptAt"));
            await node.Api.SendAsync(HttpMethod.Put, $"{NodeApi.Database}/pause");
            await node.Api.FreeLockAsync();

            var failed = (await node.Api.AttemptsAsync()).First(a => a.Text("state") == "failed");
            Assert.True(failed.Text("error")?.Contains("disk", StringComparison.OrdinalIgnoreCase), failed.Text("error"));
            Assert.Contains(site.Backups.Path, failed.Text("error"), StringComparison.Ordinal);
            Assert.False(site.Backups.Has(BackupDirectory.Partial));
            var generation = site.Backups.GenerationOfWhole(BackupDirectory.Current);
            Assert.Equal(generation - 1, site.Backups.GenerationOfWhole(BackupDirectory.Old));

            File.Delete(site.Backups.In("filler"));
            await node.Api.SendAsync(HttpMethod.Delete, $"{NodeApi.Database}/pause");
            await Eventually.SeesAsync("a backup after the disk had room again", node.Api.StateAsync,
                s => s.List("files").Count > 0 && s.List("files")[0].Number("generation") > generation);
            await node.KillAsync();
        }
        finally
        {
            Posix.Unmount(site.Backups.Path);
        }
    }

    private static void FillUp(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[64 * 1024]);
            }
        }
        catch (IOException)
        {
            // Full. A little room is left, so that a backup gets as far as its dump.
            filler.SetLength(filler.Length - (1 << 20));
        }
    }
}
