using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Alerts;

/// <summary>
/// Delivers alerts: persists a notification when it takes it over, then gives it to every receiver until each has it.
/// A notification handed over twice is queued once.
/// </summary>
public sealed class AlertDispatcher : JournaledActor, IWithTimers
{
    private const int EventsPerSnapshot = 200;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _incarnation;
    private readonly TimeProvider _time;
    private readonly IReadOnlyDictionary<string, ReceiverDelivery> _deliveries;
    private readonly CancellationTokenSource _stopping = new();
    private readonly AnswersByKey<AlertTestResult> _tests = new();
    private AlertBook _book = AlertBook.Empty;

    /// <summary>Creates the dispatcher; <see cref="Props"/> is the way in.</summary>
    public AlertDispatcher(IReadOnlyList<IAlertChannel> channels, IActorRef incarnation, TimeProvider time)
        : base(EventsPerSnapshot)
    {
        _incarnation = incarnation;
        _time = time;
        _deliveries = channels.ToDictionary(c => c.Receiver, c => new ReceiverDelivery(c, time), StringComparer.Ordinal);

        Recover<SnapshotOffer>(offer => _book = (AlertBook)offer.Snapshot);
        Recover<IAlertBookEvent>(happened => _book = _book.Apply(happened));
        Recover<RecoveryCompleted>(_ => ReaddressThenDeliver());

        Command<HandOver>(TakeOver);
        Command<DeliverNext>(next => Deliver(_deliveries[next.Receiver]));
        Command<DeliverySucceeded>(Succeed);
        Command<DeliveryFailed>(Fail);
        Command<TestAlerts>(Test);
        Command<GetAlerts>(get => Sender.Tell(AlertProjection.List(_book, _deliveries, get.Skip)));
    }

    /// <inheritdoc/>
    public override string PersistenceId => "alert-dispatcher";

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create the dispatcher for these receivers; <paramref name="incarnation"/> is told when the journal refuses.</summary>
    public static Props Props(IReadOnlyList<IAlertChannel> channels, IActorRef incarnation, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new AlertDispatcher(channels, incarnation, time));

    /// <inheritdoc/>
    protected override void OnJournalFailure(Exception cause) => _incarnation.Tell(new JournalFault(PersistenceId, cause));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        base.PostStop();
    }

    private void TakeOver(HandOver over)
    {
        var notification = over.Notification;
        var answer = new HandedOver(notification.AlertId, notification.Phase);
        if (_book.Contains(notification.Id))
        {
            Sender.Tell(answer);
            return;
        }

        var sender = Sender;
        Persist(new NotificationQueued(_time.GetUtcNow(), notification, [.. _deliveries.Keys]), queued =>
        {
            _book = _book.Apply(queued);
            SnapshotWhenDue(_book, newEvents: 1);
            sender.Tell(answer);
            DeliverAll();
        });
    }

    private void ReaddressThenDeliver()
    {
        if (_book.Unreachable(_deliveries.Keys) is not { Count: > 0 } unknown)
        {
            DeliverAll();
            return;
        }

        _log.Warning("{Receivers}: not configured on this node; what they have not got goes to {Configured}",
            string.Join(", ", unknown.Order(StringComparer.Ordinal)), string.Join(", ", _deliveries.Keys));
        Persist(new NotificationsReaddressed(_time.GetUtcNow(), [.. _deliveries.Keys]), readdressed =>
        {
            _book = _book.Apply(readdressed);
            DeliverAll();
        });
    }

    private void DeliverAll()
    {
        foreach (var delivery in _deliveries.Values)
        {
            Deliver(delivery);
        }
    }

    /// <summary>One notification at a time per receiver, in the order they happened; what is too many goes into a summary.</summary>
    private void Deliver(ReceiverDelivery delivery)
    {
        if (delivery.UnderWay || Timers.IsTimerActive(delivery.Receiver))
        {
            return;
        }

        var pending = _book.PendingFor(delivery.Receiver).ToList();
        if (pending.Count == 0)
        {
            return;
        }

        var next = delivery.Next(pending);
        if (next.Notifications.IsEmpty)
        {
            Timers.StartSingleTimer(delivery.Receiver, new DeliverNext(delivery.Receiver), next.Wait);
            return;
        }

        delivery.UnderWay = true;
        ImmutableArray<string> ids = [.. next.Notifications.Select(n => n.Id)];

        // In a task of its own: a channel may block, or throw before it has one.
        var stopping = _stopping.Token;
        Task.Run(() => delivery.Channel.DeliverAsync(AlertSummary.Of(next.Notifications), stopping), stopping).PipeTo(
            Self,
            success: () => new DeliverySucceeded(delivery.Receiver, ids),
            failure: cause => new DeliveryFailed(delivery.Receiver, ids, cause));
    }

    /// <summary>Sends a test notification around the queue, once per request key.</summary>
    private void Test(TestAlerts test)
    {
        var notification = new AlertNotification(
            $"test/{Guid.NewGuid():N}", "", "test", AlertCodes.Test, AlertPhase.Raised, _time.GetUtcNow(),
            "Test notification, sent because an administrator asked for it. Nothing is wrong.");
        _tests.Answer(test.RequestKey, () => AlertTest.SendAsync(notification, _deliveries.Values.Select(d => d.Channel), _time, _stopping.Token))
            .PipeTo(Sender);
    }

    private void Succeed(DeliverySucceeded delivered)
    {
        var delivery = _deliveries[delivered.Receiver];
        IAlertBookEvent arrived = delivered.NotificationIds is [var one]
            ? new NotificationDelivered(_time.GetUtcNow(), one, delivered.Receiver)
            : new SummaryDelivered(_time.GetUtcNow(), delivered.NotificationIds, delivered.Receiver);
        Persist(arrived, happened =>
        {
            _book = _book.Apply(happened);
            delivery.Succeeded();
            SnapshotWhenDue(_book, newEvents: 1);
            Deliver(delivery);
        });
    }

    private void Fail(DeliveryFailed failed)
    {
        var delivery = _deliveries[failed.Receiver];
        var wait = delivery.Failed(failed.NotificationIds, failed.Cause.Message);
        _log.Warning("alert notification {Notification} did not reach {Receiver} ({Cause}); tried again in {Wait}",
            string.Join(", ", failed.NotificationIds), failed.Receiver, failed.Cause.Message, InWords.Of(wait));
        Timers.StartSingleTimer(delivery.Receiver, new DeliverNext(delivery.Receiver), wait);
    }

    private sealed record DeliverNext(string Receiver) : INoSerializationVerificationNeeded;

    private sealed record DeliverySucceeded(string Receiver, ImmutableArray<string> NotificationIds) : INoSerializationVerificationNeeded;

    private sealed record DeliveryFailed(string Receiver, ImmutableArray<string> NotificationIds, Exception Cause) : INoSerializationVerificationNeeded;
}
