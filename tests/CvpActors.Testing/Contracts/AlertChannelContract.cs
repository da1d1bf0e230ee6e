using CvpActors.Domain.Alerts;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IAlertChannel"/> promises, for every implementation of it.</summary>
public abstract class AlertChannelContract
{
    private static readonly AlertNotification Notification = new(
        "reporting/alert-7/raised", "reporting", "alert-7", AlertCodes.BackupFailed, AlertPhase.Raised,
        new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero), "The backup was given up.");

    /// <summary>A channel whose receiver is there.</summary>
    protected abstract IAlertChannel Reachable { get; }

    /// <summary>A channel whose receiver is not; null for one that cannot fail.</summary>
    protected abstract IAlertChannel? Unreachable { get; }

    [Fact]
    public void Its_receiver_has_a_name_that_stays() =>
        Assert.Equal(Assert.IsType<string>(Reachable.Receiver), Reachable.Receiver);

    [Fact]
    public async Task A_notification_is_delivered_and_may_be_delivered_again()
    {
        await Reachable.DeliverAsync(Notification, CancellationToken.None);
        await Reachable.DeliverAsync(Notification with { Phase = AlertPhase.Cleared }, CancellationToken.None);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_a_failed_delivery_that_says_why()
    {
        if (Unreachable is { } channel)
        {
            var failed = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Notification, CancellationToken.None));
            Assert.NotEmpty(failed.Message);
        }
    }
}
