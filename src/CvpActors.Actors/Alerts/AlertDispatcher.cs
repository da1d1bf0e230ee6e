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
/// A notification handed over twice is queued once. What to send next, and what of it together, says <see cref="DeliveryOrder"/>.
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
        Command<DropDeliveries>(drop => Drop(drop.Database));
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
            Apply(queued);
            sender.Tell(answer);
            EndSummariesThenDeliver();
        });
    }

    /// <summary>
    /// What was told together is told to be over once all of it is, since only then a receiver closes what it opened for the summary; and then
    /// whatever waits is delivered.
    /// </summary>
    private void EndSummariesThenDeliver()
    {
        var now = _time.GetUtcNow();
        PersistAllThen(
            [.. _book.SummariesThatAreOver().Select(over => new NotificationQueued(now, over.End(now), [over.Receiver]))],
            Apply,
            then: DeliverAll);
    }

    private void Drop(string database)
    {
        if (_book.Droppable(database) is var dropped && dropped == 0)
        {
            return;
        }

        _log.Warning("{Database}: it is retired, so {Notifications} that had not reached every receiver are dropped", database, InWords.Count(dropped, "notification", "notifications"));
        Persist(new DeliveriesDropped(_time.GetUtcNow(), database), Apply);
    }

    private void Apply(IAlertBookEvent happened)
    {
        _book = _book.Apply(happened);
        SnapshotWhenDue(_book, newEvents: 1);
    }

    private void ReaddressThenDeliver()
    {
        if (_book.Unreachable(_deliveries.Keys) is not { Count: > 0 } unknown)
        {
            EndSummariesThenDeliver();
            return;
        }

        _log.Warning("{Receivers}: not configured on this node; what they have not got goes to {Configured}",
            string.Join(", ", unknown.Order(StringComparer.Ordinal)), string.Join(", ", _deliveries.Keys));
        Persist(new NotificationsReaddressed(_time.GetUtcNow(), [.. _deliveries.Keys]), readdressed =>
        {
            _book = _book.Apply(readdressed);
            EndSummariesThenDeliver();
        });
    }

    private void DeliverAll()
    {
        foreach (var delivery in _deliveries.Values)
        {
            Deliver(delivery);
        }
    }

    /// <summary>One at a time per receiver.</summary>
    private void Deliver(ReceiverDelivery delivery)
    {
        if (delivery.UnderWay || delivery.Next(_book) is not { } next)
        {
            return;
        }

        if (next.Notifications.IsEmpty)
        {
            Timers.StartSingleTimer(delivery.Receiver, new DeliverNext(delivery.Receiver), next.Wait);
            return;
        }

        delivery.UnderWay = true;

        // In a task of its own: a channel may block, or throw before it has one.
        var stopping = _stopping.Token;
        Task.Run(() => delivery.Channel.DeliverAsync(AlertSummary.Of(next.Notifications), stopping), stopping).PipeTo(
            Self,
            success: () => new DeliverySucceeded(delivery.Receiver, next.Notifications),
            failure: cause => new DeliveryFailed(delivery.Receiver, next.Notifications, cause));
    }

    /// <summary>Sends a test notification around the queue, once per request key, and that it is over, or it would stay open at its receivers.</summary>
    private void Test(TestAlerts test)
    {
        var id = Guid.NewGuid().ToString("N");
        var raised = new AlertNotification(
            $"test/{id}", "", $"test-{id}", AlertCodes.Test, AlertPhase.Raised, _time.GetUtcNow(),
            "Test notification, sent because an administrator asked for it. Nothing is wrong.");
        var cleared = raised with { Id = $"test/{id}/cleared", Phase = AlertPhase.Cleared, Text = "The test is over. Nothing was wrong." };
        _tests.Answer(test.RequestKey, () => AlertTest.SendAsync([raised, cleared], _deliveries.Values.Select(d => d.Channel), _time, _stopping.Token))
            .PipeTo(Sender);
    }

    private void Succeed(DeliverySucceeded delivered)
    {
        var delivery = _deliveries[delivered.Receiver];
        IAlertBookEvent arrived = delivered.Notifications is [var one]
            ? new NotificationDelivered(_time.GetUtcNow(), one.Id, delivered.Receiver)
            : new SummaryDelivered(_time.GetUtcNow(), IdsOf(delivered.Notifications), delivered.Receiver);
        Persist(arrived, happened =>
        {
            Apply(happened);
            delivery.Succeeded(delivered.Notifications);
            EndSummariesThenDeliver();
        });
    }

    private void Fail(DeliveryFailed failed)
    {
        if (failed.Cause is AlertRefusedException refused)
        {
            PassBy(failed, refused.Message);
            return;
        }

        var delivery = _deliveries[failed.Receiver];
        var wait = delivery.Failed(failed.Notifications, failed.Cause.Message);
        _log.Warning("alert notification {Notification} did not reach {Receiver} ({Cause}); tried again in {Wait}",
            string.Join(", ", IdsOf(failed.Notifications)), failed.Receiver, failed.Cause.Message, InWords.Of(wait));
        Deliver(delivery);
    }

    private void PassBy(DeliveryFailed failed, string reason)
    {
        var ids = IdsOf(failed.Notifications);
        _log.Warning("alert notification {Notification} was refused for good by {Receiver} ({Cause}); it is passed by, and shown as refused in the list of alerts",
            string.Join(", ", ids), failed.Receiver, reason);
        Persist(new NotificationRefused(_time.GetUtcNow(), ids, failed.Receiver, reason), refused =>
        {
            Apply(refused);
            var delivery = _deliveries[failed.Receiver];
            delivery.End(failed.Notifications);
            Deliver(delivery);
        });
    }

    private static ImmutableArray<string> IdsOf(ImmutableArray<AlertNotification> notifications) => [.. notifications.Select(n => n.Id)];

    private sealed record DeliverNext(string Receiver) : INoSerializationVerificationNeeded;

    private sealed record DeliverySucceeded(string Receiver, ImmutableArray<AlertNotification> Notifications) : INoSerializationVerificationNeeded;

    private sealed record DeliveryFailed(string Receiver, ImmutableArray<AlertNotification> Notifications, Exception Cause) : INoSerializationVerificationNeeded;
}

/// <summary>A database was retired: what receivers have not been told of its alerts is told no more.</summary>
internal sealed record DropDeliveries(string Database) : INoSerializationVerificationNeeded;
