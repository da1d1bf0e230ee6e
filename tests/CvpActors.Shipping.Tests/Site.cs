using System.Net;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Shipping.Transfer;
using CvpActors.Shipping.Vault;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Shipping.Tests;

/// <summary>A sender and a remote in one process: all but the network is real.</summary>
internal sealed class Site : IBackupReader, IVaultLink, IDisposable
{
    public static readonly DateTimeOffset FirstNight = new(2026, 1, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();
    private readonly HttpClient _http;
    private BackupManifest? _old;

    public Site(VaultOptions? options = null)
    {
        Options = options ?? new VaultOptions(KeepPolicy.Default, TimeSpan.Zero, Spare: true);
        _http = new HttpClient(new Network(this));
        Directory.CreateDirectory(_directory.File("vault"));
        Vault = OpenVault();
    }

    public VaultOptions Options { get; set; }

    public FakeTimeProvider Time { get; } = new(FirstNight);

    public VaultStore Vault { get; private set; }

    public List<string> Notices { get; } = [];

    /// <summary>The connection ends after so many bytes; the next is whole again.</summary>
    public long? CutAfter { get; set; }

    /// <summary>What the network does to the bytes.</summary>
    public Func<byte[], byte[]> Tamper { get; set; } = bytes => bytes;

    public string VaultRoot => _directory.File("vault");

    public string VaultDirectory => _directory.File("vault/reporting");

    public string Shelf => _directory.File("offsite-hq");

    public string Plain => Path.Combine(VaultDirectory, BackupNames.Old);

    public string OldFile => _directory.File(BackupNames.Old);

    /// <summary>A night passes: the next generation becomes the old file.</summary>
    public BackupManifest Night(byte[] content, int days = 1)
    {
        Time.Advance(TimeSpan.FromDays(days));
        File.Delete(OldFile);
        File.WriteAllBytes(OldFile, content);
        var now = Time.GetUtcNow();
        return _old = new BackupManifest("reporting", "sqlite", (_old?.Generation ?? 0) + 1, content.Length, Sha256File.Compute(OldFile, CancellationToken.None), now, now);
    }

    public Task<Shipped> ShipAsync(string? sha256 = null) =>
        new Shipper(this, Shelf, _http, Time).ShipAsync(sha256 ?? _old!.Sha256, this, new Progress<ShippingProgress>(), CancellationToken.None);

    /// <summary>The remote's process ends without a word and starts again.</summary>
    public void RestartVault()
    {
        Vault.Dispose();
        Vault = OpenVault();
    }

    public async Task<byte[]> RestoreAsync(long generation)
    {
        var target = _directory.File($"restored-{Guid.NewGuid():N}");
        await (await Vault.OpenAsync("reporting")).RestoreAsync(generation, target, CancellationToken.None);
        return await File.ReadAllBytesAsync(target);
    }

    public void Dispose()
    {
        Vault.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    public IReadOnlyList<BackupFile> List() => _old is { } old ? [new BackupFile(BackupNames.Old, old)] : [];

    public BackupFileContent? Open(string name) => throw new NotSupportedException();

    public BackupManifest? Link(string name, string target)
    {
        Assert.Equal(BackupNames.Old, name);
        Assert.True(HardLink.TryCreate(OldFile, target));
        return _old;
    }

    public async Task<OfferAnswer> OfferAsync(BackupManifest manifest, CancellationToken cancellation) => await Vault.OfferAsync(manifest);

    public async Task<TicketToSend> RequestTicketAsync(BackupManifest manifest, byte[] header, string digest, CancellationToken cancellation)
    {
        try
        {
            var issued = await Vault.IssueTicketAsync(manifest, header, digest);
            return new TicketToSend(new Uri($"http://vault/{issued.Ticket}"), issued.FirstFrame);
        }
        catch (VaultException cause)
        {
            throw new ShipmentFailedException(cause.Message, cause);
        }
    }

    private VaultStore OpenVault() => new(_directory.File("vault"), Options, new BandwidthLimit(0, [], Time), Time, (_, notice) => Notices.Add(notice));

    private sealed class Network(Site site) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var bytes = site.Tamper(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            if (site.CutAfter is { } cut && cut < bytes.Length)
            {
                bytes = bytes[..(int)cut];
                site.CutAfter = null;
            }

            try
            {
                var stored = await site.Vault.ReceiveAsync(request.RequestUri!.AbsolutePath[1..], new MemoryStream(bytes), cancellationToken);
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(UploadAnswer.Verified(stored.VerifiedAt)) };
            }
            catch (VaultException cause)
            {
                return new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent($$"""{ "detail": "{{cause.Message}}" }""") };
            }
            catch (EndOfStreamException cause)
            {
                throw new HttpRequestException("cut", cause);
            }
        }
    }
}
