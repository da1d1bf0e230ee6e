using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Offsite;

namespace CvpActors.Actors.Offsite;

/// <summary>What a vault's actor must know beside the vault.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Node">The node's name.</param>
/// <param name="BridgeUrl">Where others reach the node's HTTP bridge.</param>
/// <param name="UploadTo">Where a ticket is taken.</param>
/// <param name="Scrub">When everything that is held is read again; null for never.</param>
/// <param name="Damaged">Told what a scrub found, for the node's own report.</param>
/// <param name="Coordinator">The way to the singleton: a damaged newest generation is asked for again.</param>
/// <param name="Mender">Brings damaged older generations from other remotes.</param>
public sealed record VaultSettings(
    string Remote, string Node, string BridgeUrl, Func<string, Uri> UploadTo, ISchedule? Scrub, Action<ImmutableArray<string>> Damaged, IActorRef Coordinator,
    VaultMender Mender);

/// <summary>The remote's side of shipping: agrees with senders on what is sent, tells what is held, and reads it again on a schedule.</summary>
public sealed class OffsiteVault : ReceiveActor, IWithTimers
{
    /// <summary>Timers do not follow a wall clock that is set: look at it at least this often.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IVault _vault;
    private readonly VaultSettings _settings;
    private readonly TimeProvider _time;
    private ImmutableArray<string> _damaged = [];
    private DateTimeOffset _lastLook;
    private bool _scrubbing;

    /// <summary>Creates the actor; <see cref="Props"/> is the way in.</summary>
    public OffsiteVault(IVault vault, VaultSettings settings, TimeProvider time)
    {
        (_vault, _settings, _time, _lastLook) = (vault, settings, time, time.GetUtcNow());
        Receive<OfferGeneration>(offer => Answer(async () =>
        {
            var answer = await _vault.OfferAsync(offer.Manifest);
            return new GenerationOffered(answer.VerifiedAt, answer.NewestSha256);
        }));
        Receive<RequestTicket>(request => Answer(async () =>
        {
            var issued = await _vault.IssueTicketAsync(request.Manifest, request.Header, request.Digest);
            return new TicketIssued(_settings.UploadTo(issued.Ticket).ToString(), issued.FirstFrame);
        }));
        Receive<GetGenerations>(get => Answer(async () => new GenerationList(await _vault.ListAsync(get.Database))));
        Receive<GetRemote>(_ =>
        {
            var damaged = _damaged;
            Answer(() => Task.FromResult<IProtocolMessage>(
                new RemoteView(_settings.Remote, _settings.Node, _settings.BridgeUrl, _vault.FreeBytes, _vault.Databases, damaged)));
        });
        Receive<LookAtClock>(_ => Look());
        Receive<Scrubbed>(TakeScrub);
        Receive<Mended>(TakeMended);
        Receive<DatabaseAnswer>(_ => { });
        Receive<UnknownDatabase>(_ => { });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create the actor.</summary>
    public static Props Props(IVault vault, VaultSettings settings, TimeProvider time) => Akka.Actor.Props.Create(() => new OffsiteVault(vault, settings, time));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartSingleTimer(nameof(LookAtClock), new LookAtClock(), LookEvery);
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        base.PostStop();
    }

    /// <summary>Off the mailbox: a disk may be slow, and a file that is copied takes its time.</summary>
    private void Answer(Func<Task<IProtocolMessage>> answer) => Task.Run(answer).PipeTo(Sender, Self, failure: Refused);

    private static VaultRefused Refused(Exception cause) => (cause as VaultException ?? cause.InnerException as VaultException) is { } known
        ? new VaultRefused(known.Kind, known.Message)
        : new VaultRefused("failed", cause.GetBaseException().Message);

    private void Look()
    {
        var now = _time.GetUtcNow();
        var due = _settings.Scrub?.NextAfter(_lastLook);

        // A clock that was set back looks again from where it is; what was due meanwhile is due once.
        _lastLook = now;
        if (due <= now && !_scrubbing)
        {
            _scrubbing = true;
            _log.Info("remote {Remote}: everything that is held is read and compared with what was verified", _settings.Remote);
            Task.Run(() => _vault.ScrubAsync(_stopping.Token)).PipeTo(
                Self, success: damaged => new Scrubbed(damaged, null), failure: cause => new Scrubbed(default, cause));
        }

        Timers.StartSingleTimer(nameof(LookAtClock), new LookAtClock(), LookEvery);
    }

    private void TakeScrub(Scrubbed scrubbed)
    {
        if (scrubbed.Cause is { } cause)
        {
            _scrubbing = false;
            _log.Error(cause, "remote {Remote}: what is held could not be read to its end; it is tried again when it is due again", _settings.Remote);
            return;
        }

        TakeDamage(scrubbed.Damaged);
        if (_damaged.IsEmpty)
        {
            _scrubbing = false;
            _log.Info("remote {Remote}: all that is held is as it was verified", _settings.Remote);
            return;
        }

        foreach (var damage in scrubbed.Damaged.Where(damage => damage.IsNewest))
        {
            // Its sender keeps what it sent last: asked for again, as an administrator would, it comes whole.
            _settings.Coordinator.Tell(new DatabaseRequest(damage.Database, new RequestShipments(_settings.Remote, null)));
        }

        var databases = scrubbed.Damaged.Select(damage => damage.Database).Distinct(StringComparer.Ordinal).ToList();
        Task.Run(() => _settings.Mender.MendAsync(databases, Tell, _stopping.Token)).PipeTo(
            Self, success: left => new Mended(left, null), failure: cause => new Mended(default, cause));
    }

    private void Tell(string line) => _log.Warning("remote {Remote}: {Line}", _settings.Remote, line);

    private void TakeMended(Mended mended)
    {
        _scrubbing = false;
        if (mended.Cause is { } cause)
        {
            _log.Error(cause, "remote {Remote}: what is damaged could not be mended; it is tried again by the next scrub", _settings.Remote);
            return;
        }

        TakeDamage(mended.Left);
    }

    private void TakeDamage(ImmutableArray<VaultDamage> damage)
    {
        var told = _damaged;
        _damaged = [.. damage.Select(d => d.Text)];
        foreach (var line in _damaged.Except(told))
        {
            _log.Error("remote {Remote}: {Damaged}", _settings.Remote, line);
        }

        _settings.Damaged(_damaged);
    }

    private sealed record LookAtClock : INoSerializationVerificationNeeded;

    private sealed record Mended(ImmutableArray<VaultDamage> Left, Exception? Cause) : INoSerializationVerificationNeeded;

    private sealed record Scrubbed(ImmutableArray<VaultDamage> Damaged, Exception? Cause) : INoSerializationVerificationNeeded;
}
