using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Tests.Offsite;

public sealed class OffsiteCopierTests : ActorSpec
{
    private static readonly string Sha256 = new('a', 64);
    private static readonly BackupManifest Manifest = new("reporting", "sqlite", 7, 1000, Sha256, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
    private static readonly StartShipment Order = new(1, "hq", 7, Sha256);

    private readonly TestProbe _coordinator;
    private readonly FakeShipper _shipper = new();
    private readonly IActorRef _copier;

    public OffsiteCopierTests()
    {
        _coordinator = CreateTestProbe();
        _copier = Sys.ActorOf(OffsiteCopier.Props("reporting", _coordinator, new CopierSettings(_ => _shipper, new SemaphoreSlim(2, 2))));
    }

    [Fact]
    public async Task What_was_shipped_is_told_with_what_was_saved()
    {
        _copier.Tell(Order);
        _shipper.Result.SetResult(new Shipped(Manifest, DateTimeOffset.UnixEpoch.AddDays(1), BytesSent: 40));

        var told = await _coordinator.ExpectMsgAsync<ShipmentReported>();
        Assert.Equal((ShipmentPhase.Verified, 7, 1000, 40, 960), (told.Phase, told.Generation, told.Bytes, told.BytesSent, told.BytesSaved));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(1), told.VerifiedAt);
    }

    [Fact]
    public async Task An_order_that_is_under_way_is_answered_with_its_progress_and_begins_nothing()
    {
        _copier.Tell(Order);
        await AwaitConditionAsync(() => Task.FromResult(_shipper.Progress is not null));
        _shipper.Progress!.Report(new ShippingProgress(1000, 50, 0.5, 25));
        Assert.Equal(50, (await _coordinator.ExpectMsgAsync<ShipmentReported>()).BytesSent);

        _copier.Tell(Order);

        var told = await _coordinator.ExpectMsgAsync<ShipmentReported>();
        Assert.Equal((ShipmentPhase.Running, 50, 900), (told.Phase, told.BytesSent, told.BytesSaved));
        Assert.Equal(TimeSpan.FromSeconds(2), told.TimeLeft);
        Assert.Equal(1, _shipper.Began);
    }

    [Fact]
    public async Task A_failure_is_told_with_its_reason_and_the_next_order_begins_anew()
    {
        _copier.Tell(Order);
        _shipper.Result.SetException(new ShipmentFailedException("remote hq is not in the cluster"));
        var told = await _coordinator.ExpectMsgAsync<ShipmentReported>();
        Assert.Equal((ShipmentPhase.Failed, "remote hq is not in the cluster"), (told.Phase, told.Error));

        _shipper.Result = new TaskCompletionSource<Shipped>();
        _copier.Tell(Order);
        await AwaitConditionAsync(() => Task.FromResult(_shipper.Began == 2));
    }

    private sealed class FakeShipper : IShipper
    {
        public TaskCompletionSource<Shipped> Result { get; set; } = new();

        public IProgress<ShippingProgress>? Progress { get; private set; }

        public int Began { get; private set; }

        public Task<Shipped> ShipAsync(string wantedSha256, IVaultLink vault, IProgress<ShippingProgress> progress, CancellationToken cancellation)
        {
            Assert.Equal(Sha256, wantedSha256);
            Began++;
            Progress = progress;
            return Result.Task;
        }
    }
}

public sealed class OffsiteVaultTests : VirtualTimeSpec
{
    private static readonly BackupManifest Manifest = new("reporting", "sqlite", 7, 1000, new string('a', 64), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private readonly FakeVault _vault = new();
    private readonly FakeElsewhere _elsewhere = new();
    private readonly TestProbe _coordinator;
    private ImmutableArray<string>? _damaged;

    public OffsiteVaultTests() => _coordinator = CreateTestProbe();

    [Fact]
    public async Task A_ticket_names_where_it_is_taken()
    {
        var issued = await Start().Ask<TicketIssued>(new RequestTicket(Manifest, [1], "digest"));

        Assert.Equal(("https://vault/up/ticket-1", 3), (issued.Upload, issued.FirstFrame));
    }

    [Fact]
    public async Task What_the_vault_refuses_is_told_with_its_kind()
    {
        _vault.Refusal = new VaultException("no-room", "the disk is full");

        var refused = await Start().Ask<VaultRefused>(new OfferGeneration(Manifest));

        Assert.Equal(("no-room", "the disk is full"), (refused.Kind, refused.Reason));
    }

    [Fact]
    public async Task Everything_is_read_again_when_the_schedule_says_so_and_damage_is_told()
    {
        _vault.Damage = [new VaultDamage("reporting", IsNewest: true, "reporting, generation 7: its bytes have changed on the disk"), new VaultDamage("other", IsNewest: false, "other, generation 1: lost")];
        _vault.Held = [Held(7, "its bytes have changed on the disk")];
        var vault = Start();
        await vault.Ask<RemoteView>(new GetRemote());
        for (var minute = 0; minute < 61; minute++)
        {
            Scheduler.Advance(TimeSpan.FromMinutes(1));
            await vault.Ask<RemoteView>(new GetRemote());
        }

        await AwaitConditionAsync(() => Task.FromResult(_damaged is { Length: 2 }));
        Assert.Equal(1, _vault.Scrubs);
        Assert.Equal(2, (await vault.Ask<RemoteView>(new GetRemote())).Damaged.Length);
        var asked = await _coordinator.ExpectMsgAsync<DatabaseRequest>();
        Assert.Equal(("reporting", new RequestShipments("hq", null)), (asked.Database, asked.Command));
        Assert.False(_coordinator.HasMessages);
    }

    [Fact]
    public async Task What_is_damaged_of_older_generations_is_mended_from_whichever_remote_has_it_whole()
    {
        _vault.Held = [Held(9, null), Held(8, "flipped"), Held(7, null), Held(6, "flipped")];
        _vault.Damage = [VaultDamage.Of("reporting", 8, isNewest: false, "flipped"), VaultDamage.Of("reporting", 6, isNewest: false, "flipped")];
        _elsewhere.Remotes["second"] = [Held(8, "lost there too")];
        _elsewhere.Remotes["third"] = [Held(8, null), Held(6, null) with { Sha256 = "another" }];
        var vault = Start();
        await vault.Ask<RemoteView>(new GetRemote());
        for (var minute = 0; minute < 61; minute++)
        {
            Scheduler.Advance(TimeSpan.FromMinutes(1));
            await vault.Ask<RemoteView>(new GetRemote());
        }

        await AwaitConditionAsync(() => Task.FromResult(_damaged is { Length: 1 }));
        Assert.Equal("reporting, generation 6: flipped", Assert.Single(_damaged!.Value));
        Assert.Equal([("reporting", "sha-8", "bytes of 8 at third")], _vault.Mended);
        Assert.Equal(_damaged!.Value.AsEnumerable(), (await vault.Ask<RemoteView>(new GetRemote())).Damaged);
    }

    private static HeldGeneration Held(long generation, string? damage) =>
        new(generation, Bytes: 100, StoredBytes: 10, $"sha-{generation}", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Plain: false, LockedUntil: null, damage);

    private IActorRef Start() => Sys.ActorOf(OffsiteVault.Props(
        _vault,
        new VaultSettings("hq", "site-b-1", "http://vault/", ticket => new Uri($"https://vault/up/{ticket}"), new Hourly(), damaged => _damaged = damaged, _coordinator,
            new VaultMender(_vault, _elsewhere, () => ["second", "third"])),
        Time));

    private sealed class Hourly : ISchedule
    {
        public string Text => "hourly";

        public DateTimeOffset? NextAfter(DateTimeOffset moment) => new DateTimeOffset(moment.Year, moment.Month, moment.Day, moment.Hour, 0, 0, TimeSpan.Zero).AddHours(1);
    }

    private sealed class FakeVault : IVault
    {
        public VaultException? Refusal { get; set; }

        public ImmutableArray<VaultDamage> Damage { get; set; } = [];

        public int Scrubs { get; private set; }

        public ImmutableArray<string> Databases => ["reporting"];

        public long FreeBytes => 42;

        public Task<OfferAnswer> OfferAsync(BackupManifest manifest) =>
            Refusal is { } refusal ? Task.FromException<OfferAnswer>(refusal) : Task.FromResult(new OfferAnswer(null, null));

        public Task<IssuedTicket> IssueTicketAsync(BackupManifest manifest, byte[] header, string digest) => Task.FromResult(new IssuedTicket("ticket-1", 3));

        public ImmutableArray<HeldGeneration> Held { get; set; } = [];

        public List<(string Database, string Sha256, string Bytes)> Mended { get; } = [];

        public Task<ImmutableArray<HeldGeneration>> ListAsync(string database) => Task.FromResult(Held);

        public async Task<bool> MendAsync(string database, string sha256, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellation)
        {
            using var bytes = new MemoryStream();
            await fetch(bytes, cancellation);
            Mended.Add((database, sha256, System.Text.Encoding.UTF8.GetString(bytes.ToArray())));
            Held = [.. Held.Select(g => g.Sha256 == sha256 ? g with { Damage = null } : g)];
            return true;
        }

        public Task<ImmutableArray<VaultDamage>> ScrubAsync(CancellationToken cancellation)
        {
            Scrubs++;
            return Task.FromResult(Damage);
        }
    }

    private sealed class FakeElsewhere : IGenerationSource
    {
        public Dictionary<string, HeldGeneration[]> Remotes { get; } = new(StringComparer.Ordinal);

        public Task<IReadOnlyList<HeldGeneration>> ListAsync(string remote, string database, CancellationToken cancellation) =>
            Remotes.TryGetValue(remote, out var held)
                ? Task.FromResult<IReadOnlyList<HeldGeneration>>(held)
                : Task.FromException<IReadOnlyList<HeldGeneration>>(new GenerationUnavailableException($"remote {remote} is not in the cluster"));

        public Task FetchAsync(string remote, string database, WantedGeneration wanted, Stream output, IProgress<RunProgress> progress, CancellationToken cancellation) =>
            output.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"bytes of {wanted.Generation} at {remote}"), cancellation).AsTask();
    }
}
