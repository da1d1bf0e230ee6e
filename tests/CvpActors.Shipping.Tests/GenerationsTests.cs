using CvpActors.Domain.Offsite;
using CvpActors.Shipping.Vault;
using CvpActors.Testing;

namespace CvpActors.Shipping.Tests;

public sealed class GenerationsTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Thirty_nights_cost_little_more_than_one_and_each_can_be_restored()
    {
        var nights = await ShipNightsAsync(30);

        var held = await _site.Vault.ListAsync("reporting");
        Assert.Equal(30, held.Length);
        Assert.InRange(held.Sum(g => g.StoredBytes), nights[^1].Length, nights[^1].Length * 1.5);
        foreach (var generation in new[] { 1, 2, 15, 29, 30 })
        {
            Assert.Equal(nights[generation - 1], await _site.RestoreAsync(generation));
        }
    }

    [Fact]
    public async Task A_delta_that_is_too_large_to_be_held_in_memory_is_applied_beside_a_copy()
    {
        var nights = await ShipNightsAsync(4);
        var paths = new VaultPaths(_site.VaultDirectory);
        var catalog = CatalogFile.Read(paths);
        var target = paths.NewScratchFile();

        await new GenerationChain(paths, mostInMemory: 0).RestoreAsync(catalog, catalog.Older[^1], target, CancellationToken.None);

        Assert.Equal(nights[0], File.ReadAllBytes(target));
        Assert.Equal([Path.GetFileName(target)], Directory.GetFiles(paths.Scratch).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_the_policy_lets_go_goes_and_what_it_keeps_can_be_restored()
    {
        _site.Options = _site.Options with { Keep = new KeepPolicy(2, 3, 2, 0) };
        _site.RestartVault();
        var nights = await ShipNightsAsync(25);

        var held = await _site.Vault.ListAsync("reporting");
        Assert.InRange(held.Length, 3, 5);
        foreach (var generation in held)
        {
            Assert.Equal(nights[(int)generation.Generation - 1], await _site.RestoreAsync(generation.Generation));
        }

        var stored = Directory.GetFiles(Path.Combine(_site.VaultDirectory, "generations"));
        Assert.Equal(held.Length - 1, stored.Length);
    }

    [Fact]
    public async Task Nothing_younger_than_the_lock_goes_and_a_clock_that_jumps_ends_no_lock()
    {
        _site.Options = _site.Options with { Keep = new KeepPolicy(1, 0, 0, 0), LockFor = TimeSpan.FromDays(10) };
        _site.RestartVault();
        await ShipNightsAsync(5);
        Assert.Equal(5, (await _site.Vault.ListAsync("reporting")).Length);
        Assert.All(await _site.Vault.ListAsync("reporting"), g => Assert.NotNull(g.LockedUntil));

        // The wall clock is set forward while the vault is off: its own age does not know.
        _site.Vault.Dispose();
        _site.Time.Advance(TimeSpan.FromDays(400));
        _site.RestartVault();
        await _site.Vault.TidyAsync("reporting");

        Assert.Equal(5, (await _site.Vault.ListAsync("reporting")).Length);

        _site.Time.Advance(TimeSpan.FromDays(11));
        await _site.Vault.TidyAsync("reporting");
        Assert.Single(await _site.Vault.ListAsync("reporting"));
    }

    [Fact]
    public async Task A_flipped_byte_of_the_newest_is_found_and_mended_from_the_spare()
    {
        await ShipNightsAsync(2);
        var whole = File.ReadAllBytes(_site.Plain);
        ShippingTests.Flip(_site.Plain, 50_000);

        Assert.Empty(await _site.Vault.ScrubAsync(CancellationToken.None));

        Assert.Equal(whole, File.ReadAllBytes(_site.Plain));
        Assert.Contains(_site.Notices, n => n.Contains("mended from the spare", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flipped_byte_without_a_spare_is_found_and_the_sender_mends_it()
    {
        _site.Options = _site.Options with { Spare = false };
        _site.RestartVault();
        await ShipNightsAsync(3);
        var whole = File.ReadAllBytes(_site.Plain);
        ShippingTests.Flip(_site.Plain, 50_000);
        var damage = Assert.Single(await _site.Vault.ScrubAsync(CancellationToken.None));
        Assert.True(damage.IsNewest);
        Assert.Contains("generation 3", damage.Text, StringComparison.Ordinal);

        await _site.ShipAsync();
        await _site.Vault.TidyAsync("reporting");

        Assert.Equal(whole, File.ReadAllBytes(_site.Plain));
        Assert.Empty(await _site.Vault.ScrubAsync(CancellationToken.None));
        Assert.Equal([3, 2, 1], (await _site.Vault.ListAsync("reporting")).Select(g => g.Generation));
        await _site.RestoreAsync(1);
    }

    [Theory]
    [InlineData(2, "2-from-3.delta")]
    [InlineData(4, "4-from-5.delta")]
    public async Task A_damaged_older_generation_is_mended_by_whoever_has_it_and_what_is_made_from_it_is_whole_again(int damaged, string delta)
    {
        var nights = await ShipNightsAsync(5);
        ShippingTests.Flip(Path.Combine(_site.VaultDirectory, "generations", delta), 300);
        Assert.Equal(damaged, (await _site.Vault.ScrubAsync(CancellationToken.None)).Length);
        var vault = await _site.Vault.OpenAsync("reporting");
        var lost = vault.Generations.Single(g => g.Manifest.Generation == damaged);

        // Others' bytes, too few and too many are thrown away.
        foreach (var wrong in new[] { nights[0][..^1], [.. nights[damaged - 1], 0], nights[damaged] })
        {
            var refused = await Assert.ThrowsAsync<VaultException>(() => vault.MendAsync(lost.Manifest.Sha256, (output, stop) => output.WriteAsync(wrong, stop).AsTask(), CancellationToken.None));
            Assert.Equal("mismatch", refused.Kind);
        }

        Assert.Equal(damaged, vault.Generations.Count(g => g.Damage is not null));
        Assert.True(await vault.MendAsync(lost.Manifest.Sha256, (output, stop) => output.WriteAsync(nights[damaged - 1], stop).AsTask(), CancellationToken.None));

        Assert.Empty(await _site.Vault.ScrubAsync(CancellationToken.None));
        _site.RestartVault();
        foreach (var generation in Enumerable.Range(1, 5))
        {
            Assert.Equal(nights[generation - 1], await _site.RestoreAsync(generation));
        }

        Assert.Equal(4, Directory.GetFiles(Path.Combine(_site.VaultDirectory, "generations")).Length);
    }

    [Fact]
    public async Task A_generation_that_is_not_damaged_or_hangs_on_one_that_is_stays_as_it_is()
    {
        var nights = await ShipNightsAsync(4);
        ShippingTests.Flip(Path.Combine(_site.VaultDirectory, "generations", "2-from-3.delta"), 300);
        await _site.Vault.ScrubAsync(CancellationToken.None);
        var vault = await _site.Vault.OpenAsync("reporting");

        foreach (var generation in new[] { 1, 3, 4 })
        {
            var sha256 = vault.Generations.Single(g => g.Manifest.Generation == generation).Manifest.Sha256;
            Assert.False(await vault.MendAsync(sha256, (output, stop) => output.WriteAsync(nights[generation - 1], stop).AsTask(), CancellationToken.None));
        }

        Assert.Equal(2, vault.Generations.Count(g => g.Damage is not null));
    }

    [Fact]
    public async Task A_flipped_byte_of_an_older_generation_is_found_with_all_that_is_made_from_it()
    {
        await ShipNightsAsync(4);
        ShippingTests.Flip(Directory.GetFiles(Path.Combine(_site.VaultDirectory, "generations"), "2-from-3.delta").Single(), 300);

        var damaged = await _site.Vault.ScrubAsync(CancellationToken.None);

        Assert.Equal(2, damaged.Length);
        Assert.Equal("damaged", (await Assert.ThrowsAsync<VaultException>(() => _site.RestoreAsync(1))).Kind);
        await _site.RestoreAsync(3);
    }

    [Fact]
    public async Task A_generation_that_is_not_held_is_said_to_be()
    {
        await ShipNightsAsync(2);

        Assert.Contains("held: 2, 1", (await Assert.ThrowsAsync<VaultException>(() => _site.RestoreAsync(7))).Message, StringComparison.Ordinal);
    }

    private async Task<List<byte[]>> ShipNightsAsync(int count)
    {
        var nights = new List<byte[]>();
        var content = Content.Pages(600, seed: 1);
        for (var night = 0; night < count; night++)
        {
            content = Content.Changed(content, seed: 1000 + night);
            nights.Add(content);
            _site.Night(content);
            await _site.ShipAsync();
            await _site.Vault.TidyAsync("reporting");
        }

        Assert.DoesNotContain(_site.Notices, n => n.Contains("could not", StringComparison.Ordinal));
        return nights;
    }
}
