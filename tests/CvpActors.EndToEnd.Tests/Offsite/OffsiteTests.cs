using System.Net;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Offsite;

/// <summary>The old file on its way to two other sites, with real processes.</summary>
public sealed class OffsiteTests
{
    private static readonly TimeSpan CatchesUpWithin = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_old_file_reaches_both_remotes_over_tls_and_any_generation_comes_back()
    {
        await using var site = await OffsiteSite.StartAsync();
        var first = Content.Pages(800, seed: 1);
        site.Night(first);
        var generation = await site.RotateAsync();
        await site.VerifiedAsync("hq", generation);
        await site.VerifiedAsync("dr", generation);
        Assert.Equal(first, File.ReadAllBytes(site.Plain(OffsiteSite.Hq)));
        Assert.Equal(first, File.ReadAllBytes(site.Plain(OffsiteSite.Dr)));

        // The next night moves what has changed.
        var second = (byte[])first.Clone();
        Content.Noise(30_000, seed: 2).CopyTo(second, 1_000_000);
        site.Night(second);
        var next = await site.RotateAsync();
        var shipped = await site.VerifiedAsync("hq", next);
        Assert.InRange(shipped.Number("bytesSent"), 1, 60_000);
        Assert.Equal(second, File.ReadAllBytes(site.Plain(OffsiteSite.Hq)));

        // Any node tells what a remote holds, and a file comes from there.
        var held = (await site[OffsiteSite.Dr].Api.GetAsync("/api/v1/remotes/hq/databases/reporting/generations")).List();
        Assert.Equal(next, held[0].Number("generation"));
        Assert.Equal((true, OffsiteSite.Sha256(site.Plain(OffsiteSite.Hq))), (held[0].At("plain").GetBoolean(), held[0].Text("sha256")));
        (await site[OffsiteSite.Dr].Api.SendAsync(HttpMethod.Get, "/api/v1/remotes/nowhere/databases/reporting/generations")).IsProblem(HttpStatusCode.NotFound, "unknown-remote");
        var (exitCode, output, errors) = await Cvpctl.RunAsync(site.Root, "fetch", $"reporting@{generation}", "--remote", "hq", "--to", "back.db", "--url", site.Url(OffsiteSite.Sender).ToString());
        Assert.True(exitCode == 0, errors);
        Assert.Contains("SHA-256 verified", output, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(site.Root, "back.db")));
        Assert.Contains("plain file", (await Cvpctl.RunAsync(site.Root, "generations", "reporting", "--url", site.Url(OffsiteSite.Dr).ToString())).Output, StringComparison.Ordinal);

        // And back into a database: what is there newest, or the generation that is named.
        foreach (var (source, expected) in new[] { ("remote:hq", second), ($"remote:dr@{generation}", first) })
        {
            var target = Path.Combine(site.Root, "restored.data");
            File.Delete(target);
            var accepted = await site[OffsiteSite.Sender].Api.PostAsync($"{OffsiteSite.Database}/restores", $$"""{ "source": "{{source}}", "target": "{{target}}" }""");
            Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.Text);
            var restored = await site[OffsiteSite.Sender].Api.EndOfAsync(accepted.Json.Text("attemptId")!);
            Assert.True(restored.Text("state") == "succeeded", restored.ToString());
            Assert.Equal(expected, File.ReadAllBytes(target));
        }

        Assert.False(File.Exists(Path.Combine(site.Root, "backup", "cvp_restore.fetched")));

        // Bytes come over TLS with a certificate of the cluster, or not at all.
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, peer, _, _) => peer is not null } });
        var ticket = new string('0', 64);
        using var plain = await http.PutAsync(new Uri(site.Url(OffsiteSite.Hq), $"/internal/v1/uploads/{ticket}"), new ByteArrayContent([1]));
        Assert.Equal(HttpStatusCode.NotFound, plain.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.PutAsync(new Uri(site.Uploads(OffsiteSite.Hq), $"/internal/v1/uploads/{ticket}"), new ByteArrayContent([1])));

        // A byte that changes on one remote's disk is found by its scrub, and what it made worthless comes from the other remote.
        await site.VerifiedAsync("dr", next);
        await FlipByteAsync(Directory.GetFiles(Path.Combine(site.Vault(OffsiteSite.Hq), "reporting", "generations")).Order(StringComparer.Ordinal).First());
        var older = new Uri(site.Url(OffsiteSite.Hq), $"/api/v1/remotes/hq/databases/reporting/generations/{generation}");
        Assert.False((await http.GetAsync(older)).IsSuccessStatusCode);
        await Eventually.SeesAsync("it mended", () => http.GetAsync(older), answer => answer.IsSuccessStatusCode, CatchesUpWithin);
        Assert.Equal(first, await http.GetByteArrayAsync(older));
        Assert.Empty((await site[OffsiteSite.Hq].Api.GetAsync("/api/v1/remotes")).List().Single(remote => remote.Text("name") == "hq").List("damaged"));
    }

    private static async Task FlipByteAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    [Fact]
    public async Task Whoever_is_killed_at_whatever_moment_every_generation_arrives_whole()
    {
        await using var site = await OffsiteSite.StartAsync("6 MiB/s");
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var resumed = false;
        foreach (var victim in new[] { OffsiteSite.Hq, OffsiteSite.Sender })
        {
            // It does not compress, so it takes four seconds.
            var content = Content.Noise(24 << 20, random.Next());
            site.Night(content);
            var generation = await site.RotateAsync();
            await Eventually.SeesAsync("it on its way", () => site.ShipmentAsync("hq"), s => s?.Text("state") == "running" && s?.Number("generation") == generation && s?.Number("bytesSent") > 2 << 20, CatchesUpWithin);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 1500)), TimeProvider.System);
            await site[victim].KillAsync();
            await site.StartNodeAsync(victim);

            var shipped = await site.VerifiedAsync("hq", generation, CatchesUpWithin);
            resumed |= shipped.Number("bytesSent") < content.Length;
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(site.Plain(OffsiteSite.Hq))), $"seed {seed}");
        }

        Assert.True(resumed, $"nothing was ever taken up where it stopped; seed {seed}");
    }

    [Fact]
    public async Task A_remote_that_is_away_is_alerted_and_catches_up_when_it_is_back()
    {
        await using var site = await OffsiteSite.StartAsync();
        site.Night(Content.Pages(100, seed: 1));
        await site.VerifiedAsync("dr", await site.RotateAsync());
        await site[OffsiteSite.Dr].KillAsync();
        long generation = 0;
        await Eventually.SeesAsync("an alert about dr alone", async () =>
        {
            // hq gets a generation often enough not to be overdue.
            generation = await site.RotateAsync();
            await Eventually.SeesAsync("hq has it", () => site.ShipmentAsync("hq"), s => s?.Text("state") == "verified" && s?.Number("generation") == generation);
            return (await site[OffsiteSite.Sender].Api.AlertsAsync()).Where(a => a.Text("code") == "shipment-overdue").ToList();
        }, alerts => alerts.Count == 1 && alerts[0].Text("text")!.Contains("dr", StringComparison.Ordinal), CatchesUpWithin);

        await site.StartNodeAsync(OffsiteSite.Dr);
        await site.VerifiedAsync("dr", generation, CatchesUpWithin);

        await Eventually.SeesAsync("the alert's end", () => site[OffsiteSite.Sender].Api.AlertsAsync(), alerts => alerts.Where(a => a.Text("code") == "shipment-overdue").All(a => a.Has("clearedAt")));
    }

    [Fact]
    public async Task A_full_disk_and_a_cut_network_leave_the_older_generation_and_end_well()
    {
        await using var site = await OffsiteSite.StartAsync("6 MiB/s", prepare: s =>
        {
            Directory.CreateDirectory(s.Vault(OffsiteSite.Hq));
            Posix.MountMemory(s.Vault(OffsiteSite.Hq), "110m");
        });
        try
        {
            var small = Content.Noise(8 << 20, seed: 1);
            site.Night(small);
            await site.VerifiedAsync("hq", await site.RotateAsync());

            // Found before anything is sent: the sizes tell.
            site.Night(Content.Noise(100 << 20, seed: 2));
            await site.RotateAsync();
            var failed = await Eventually.SeesAsync("a failed shipment", () => site.ShipmentAsync("hq"), s => s?.Text("error") is not null);
            Assert.Contains("bytes free", failed!.Value.Text("error"), StringComparison.Ordinal);
            Assert.Equal(small, File.ReadAllBytes(site.Plain(OffsiteSite.Hq)));

            // The next one fits, and its cable is pulled on the way.
            var next = Content.Noise(20 << 20, seed: 3);
            site.Night(next);
            var generation = await site.RotateAsync();
            await Eventually.SeesAsync("it on its way", () => site.ShipmentAsync("hq"), s => s?.Text("state") == "running" && s?.Number("generation") == generation, CatchesUpWithin);
            site.Network.Cut(OffsiteSite.Hq);
            await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System);
            site.Network.Mend(OffsiteSite.Hq);

            await site.VerifiedAsync("hq", generation, CatchesUpWithin);
            Assert.Equal(next, File.ReadAllBytes(site.Plain(OffsiteSite.Hq)));
        }
        finally
        {
            await site[OffsiteSite.Hq].KillAsync();
            Posix.Unmount(site.Vault(OffsiteSite.Hq));
        }
    }
}
