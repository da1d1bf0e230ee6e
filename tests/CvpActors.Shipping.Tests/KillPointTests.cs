using CvpActors.Domain.Backups;
using CvpActors.Shipping.Delta;
using CvpActors.Shipping.Vault;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Shipping.Tests;

/// <summary>A vault whose process ends at each step of an arrival and of what follows it.</summary>
public sealed class KillPointTests : IDisposable
{
    private static readonly byte[] First = Content.Pages(100, seed: 1);
    private static readonly byte[] Second = Content.Changed(First, seed: 2);

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Site.FirstNight);

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("the upload has begun")]
    [InlineData("all frames are here")]
    [InlineData("the publication is announced")]
    [InlineData("the former newest has a second name")]
    [InlineData("the new generation has its name")]
    [InlineData("the catalog names the new generation")]
    [InlineData("the former newest is a delta")]
    [InlineData("the spare is renewed")]
    public async Task Whatever_was_reached_the_vault_holds_whole_generations_and_the_next_try_ends_well(string step)
    {
        using (var before = await OpenAsync(_ => { }))
        {
            await ArriveAsync(before, 1, null, First);
            await before.TidyAsync(CancellationToken.None);
        }

        var reached = false;
        using (var killed = await OpenAsync(here =>
        {
            if (here == step)
            {
                reached = true;
                throw new KilledException();
            }
        }))
        {
            await Assert.ThrowsAsync<KilledException>(async () =>
            {
                await ArriveAsync(killed, 2, First, Second);
                await killed.TidyAsync(CancellationToken.None);
            });
        }

        Assert.True(reached);
        using var after = await OpenAsync(_ => { });
        var newest = after.Generations[0];
        Assert.Equal(newest.Manifest.Generation == 1 ? First : Second, File.ReadAllBytes(_directory.File($"vault/{BackupNames.Old}")));

        await ArriveAsync(after, 2, First, Second);
        await after.TidyAsync(CancellationToken.None);

        Assert.Equal([2, 1], after.Generations.Select(g => g.Manifest.Generation));
        await after.RestoreAsync(1, _directory.File("restored"), CancellationToken.None);
        Assert.Equal(First, File.ReadAllBytes(_directory.File("restored")));
        Assert.Empty(await after.ScrubAsync(CancellationToken.None));
        Assert.Equal(Second, File.ReadAllBytes(_directory.File("vault/spare")));
        Assert.False(Directory.Exists(_directory.File("vault/incoming")));
    }

    private async Task<VaultDatabase> OpenAsync(Action<string> reached)
    {
        var vault = new VaultDatabase(
            _directory.File("vault"), new VaultOptions(KeepPolicy.Default, TimeSpan.Zero, Spare: true), new VaultClock(_directory.File("clock"), _time), _time, _ => { }, reached);
        await vault.OpenAsync(CancellationToken.None);
        return vault;
    }

    private async Task ArriveAsync(VaultDatabase vault, long generation, byte[]? old, byte[] content)
    {
        File.WriteAllBytes(_directory.File("new"), content);
        var manifest = new BackupManifest("reporting", "sqlite", generation, content.Length, Sha256(_directory.File("new")), Site.FirstNight, Site.FirstNight);
        if (vault.Offer(manifest).VerifiedAt is not null)
        {
            return;
        }

        using var newFile = File.OpenHandle(_directory.File("new"));
        var signed = new SignedFile(newFile, manifest.Sha256, SignatureReader.Read(newFile, CancellationToken.None));
        DeltaPlan plan;
        using var delta = new MemoryStream();
        if (old is null)
        {
            plan = DeltaPlanner.PlanWhole(signed);
            await WriteAsync(null);
        }
        else
        {
            File.WriteAllBytes(_directory.File("old"), old);
            using var oldFile = File.OpenHandle(_directory.File("old"));
            plan = DeltaPlanner.Plan(signed, new SignedFile(oldFile, Sha256(_directory.File("old")), SignatureReader.Read(oldFile, CancellationToken.None)), CancellationToken.None);
            await WriteAsync(oldFile);
        }

        async Task WriteAsync(Microsoft.Win32.SafeHandles.SafeFileHandle? oldFile)
        {
            var announced = new AnnouncedPlan(plan.Header, plan.Digest());
            var first = await vault.PrepareAsync(manifest, announced, CancellationToken.None);
            await DeltaWriter.WriteAsync(plan, newFile, oldFile, first, bytes =>
            {
                delta.Write(bytes.Span);
                return ValueTask.CompletedTask;
            }, CancellationToken.None);
            delta.Position = 0;
            await vault.ReceiveAsync(manifest, announced, first, delta, CancellationToken.None);
        }
    }

    private static string Sha256(string file) => CvpActors.Files.Sha256File.Compute(file, CancellationToken.None);

    private sealed class KilledException : Exception;
}
