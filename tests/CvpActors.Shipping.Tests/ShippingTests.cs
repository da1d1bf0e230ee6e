using CvpActors.Domain.Offsite;
using CvpActors.Testing;

namespace CvpActors.Shipping.Tests;

public sealed class ShippingTests : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task The_old_file_arrives_as_a_plain_file_beside_its_manifest()
    {
        var night = _site.Night(Content.Pages(300, seed: 1));

        var shipped = await _site.ShipAsync();

        Assert.Equal(File.ReadAllBytes(_site.OldFile), File.ReadAllBytes(_site.Plain));
        Assert.Contains(night.Sha256, File.ReadAllText(_site.Plain + ".manifest.json"), StringComparison.Ordinal);
        Assert.Equal(night, shipped.Manifest);
        var held = Assert.Single(await _site.Vault.ListAsync("reporting"));
        Assert.Equal((night.Generation, night.Sha256, true), (held.Generation, held.Sha256, held.Plain));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_night_moves_what_has_changed_and_no_more(bool spare)
    {
        _site.Options = _site.Options with { Spare = spare };
        _site.RestartVault();
        var content = Content.Pages(1000, seed: 1);
        _site.Night(content);
        await _site.ShipAsync();
        await _site.Vault.TidyAsync("reporting");

        var next = Content.Changed(content, seed: 2);
        _site.Night(next);
        var shipped = await _site.ShipAsync();

        // 100 pages, of each 200 bytes of noise.
        Assert.InRange(shipped.BytesSent, 20_000, 30_000);
        Assert.Equal(next, File.ReadAllBytes(_site.Plain));
        await _site.Vault.TidyAsync("reporting");
        Assert.Equal(spare, File.Exists(Path.Combine(_site.VaultDirectory, "spare")));
        Assert.False(File.Exists(Path.Combine(_site.VaultDirectory, "previous")));
    }

    [Fact]
    public async Task A_generation_that_is_there_already_is_not_sent_again()
    {
        _site.Night(Content.Pages(50, seed: 1));
        var first = await _site.ShipAsync();

        var second = await _site.ShipAsync();

        Assert.Equal((first.VerifiedAt, 0), (second.VerifiedAt, second.BytesSent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_fills_up_during_the_transfer_fails_the_shipment_and_leaves_what_was_there(bool spare)
    {
        using var disk = new SmallDisk(_site.VaultRoot, "90m");
        _site.Options = _site.Options with { Spare = spare };
        _site.RestartVault();
        var first = Content.Noise(2 << 20, seed: 1);
        _site.Night(first);
        await _site.ShipAsync();
        await _site.Vault.TidyAsync("reporting");
        var second = Content.Noise(6 << 20, seed: 2);
        _site.Night(second);
        _site.Tamper = bytes =>
        {
            disk.FillUp();
            return bytes;
        };

        var failed = await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());

        Assert.Contains("is full", failed.Message, StringComparison.Ordinal);
        Assert.Equal(first, File.ReadAllBytes(_site.Plain));
        Assert.Equal([1L], (await _site.Vault.ListAsync("reporting")).Select(g => g.Generation));
        Assert.False(Directory.Exists(Path.Combine(_site.VaultDirectory, "incoming")));

        disk.MakeRoom();
        _site.Tamper = bytes => bytes;
        await _site.ShipAsync();
        Assert.Equal(second, File.ReadAllBytes(_site.Plain));
        Assert.Equal(first, await _site.RestoreAsync(1));
    }

    [Fact]
    public async Task A_connection_that_is_cut_goes_on_where_it_was()
    {
        var content = Content.Noise(9 << 20, seed: 1);
        _site.Night(content);
        _site.CutAfter = 6 << 20;
        await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());

        var shipped = await _site.ShipAsync();

        // Five whole frames of a mebibyte were there.
        Assert.InRange(shipped.BytesSent, 3 << 20, (4 << 20) + 10_000);
        Assert.Equal(content, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_remote_that_was_killed_while_it_received_goes_on_where_it_was()
    {
        _site.Night(Content.Pages(500, seed: 1));
        await _site.ShipAsync();
        var next = Content.Pages(2000, seed: 9);
        _site.Night(next);
        _site.CutAfter = 5 << 20;
        await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());
        _site.RestartVault();

        var shipped = await _site.ShipAsync();

        Assert.InRange(shipped.BytesSent, 1, 4 << 20);
        Assert.Equal(next, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task After_a_power_cut_what_was_not_flushed_does_not_count()
    {
        var content = Content.Noise(9 << 20, seed: 1);
        _site.Night(content);
        _site.CutAfter = 6 << 20;
        await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());
        var state = Path.Combine(_site.VaultDirectory, "incoming", "upload.json");
        File.WriteAllText(state, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(state), "\"bootId\": \"[^\"]*\"", "\"bootId\": \"the run before\""));
        _site.RestartVault();

        var shipped = await _site.ShipAsync();

        Assert.InRange(shipped.BytesSent, 9 << 20, 10 << 20);
        Assert.Equal(content, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_rotation_takes_nothing_from_a_shipment_that_has_begun()
    {
        var begun = Content.Noise(4 << 20, seed: 1);
        var first = _site.Night(begun);
        _site.CutAfter = 2 << 20;
        await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());
        _site.Night(Content.Noise(4 << 20, seed: 2));

        await _site.ShipAsync(first.Sha256);

        Assert.Equal(begun, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_generation_that_is_gone_is_said_to_be()
    {
        _site.Night(Content.Pages(10, seed: 1));

        Assert.Contains("not the generation", (await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync(new string('f', 64)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_that_has_lost_what_it_sent_sends_the_whole()
    {
        var content = Content.Pages(200, seed: 1);
        _site.Night(content);
        await _site.ShipAsync();
        Directory.Delete(_site.Shelf, recursive: true);
        var next = Content.Changed(content, seed: 2);
        _site.Night(next);

        await _site.ShipAsync();

        Assert.Equal(next, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_remote_whose_file_was_damaged_notices_and_gets_the_whole()
    {
        _site.Options = _site.Options with { Spare = false };
        _site.RestartVault();
        var content = Content.Pages(200, seed: 1);
        _site.Night(content);
        await _site.ShipAsync();
        Flip(_site.Plain, 100_000);
        var next = Content.Changed(content, seed: 2);
        _site.Night(next);

        Assert.Contains("SHA-256", (await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync())).Message, StringComparison.Ordinal);
        await _site.ShipAsync();

        Assert.Equal(next, File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_byte_that_changed_on_the_way_is_refused_and_the_older_generation_stays()
    {
        var content = Content.Pages(200, seed: 1);
        _site.Night(content);
        await _site.ShipAsync();
        _site.Night(Content.Changed(content, seed: 2));
        _site.Tamper = bytes =>
        {
            bytes[^200] ^= 1;
            return bytes;
        };

        Assert.Contains("refused", (await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(_site.Plain));
        Assert.Single(await _site.Vault.ListAsync("reporting"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Malformed_streams_are_refused_whatever_they_hold(int seed)
    {
        var content = Content.Pages(100, seed: 1);
        _site.Night(content);
        await _site.ShipAsync();
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            _site.Night(Content.Changed(content, seed: 100 + round));
            _site.Tamper = bytes => Mutate(bytes, random);
            await Assert.ThrowsAsync<ShipmentFailedException>(() => _site.ShipAsync());
            Assert.Equal(content, File.ReadAllBytes(_site.Plain));
        }

        _site.Tamper = bytes => bytes;
        await _site.ShipAsync();
        Assert.Equal(File.ReadAllBytes(_site.OldFile), File.ReadAllBytes(_site.Plain));
    }

    [Fact]
    public async Task A_ticket_is_good_for_one_try_and_nobody_comes_in_without()
    {
        var refused = await Assert.ThrowsAsync<VaultException>(() => _site.Vault.ReceiveAsync(new string('0', 64), Stream.Null, CancellationToken.None));

        Assert.Equal("no-ticket", refused.Kind);
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a..b")]
    public async Task Names_that_lead_out_of_the_vault_are_refused(string database)
    {
        var manifest = _site.Night(Content.Pages(10, seed: 1)) with { Database = database };

        Assert.Equal("malformed", (await Assert.ThrowsAsync<VaultException>(() => _site.Vault.OfferAsync(manifest))).Kind);
    }

    internal static void Flip(string file, long offset)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(handle, one, offset);
        one[0] ^= 0x10;
        RandomAccess.Write(handle, one, offset);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                var at = random.Next(bytes.Length);
                return [.. bytes[..at], .. Content.Noise(random.Next(1, 50), random.Next()), .. bytes[at..]];
            default:
                return Content.Noise(random.Next(1, 4000), random.Next());
        }
    }
}
