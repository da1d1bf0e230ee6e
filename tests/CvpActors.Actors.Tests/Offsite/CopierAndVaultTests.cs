using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Offsite;

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

    private IActorRef Start() => Sys.ActorOf(OffsiteVault.Props(
        _vault,
        new VaultSettings("hq", "site-b-1", "http://vault/", ticket => new Uri($"https://vault/up/{ticket}"), new Hourly(), damaged => _damaged = damaged, _coordinator),
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

        public Task<ImmutableArray<HeldGeneration>> ListAsync(string database) => Task.FromResult(ImmutableArray<HeldGeneration>.Empty);

        public Task<ImmutableArray<VaultDamage>> ScrubAsync(CancellationToken cancellation)
        {
            Scrubs++;
            return Task.FromResult(Damage);
        }
    }
}
