using System.Collections.Concurrent;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Tests.Support;

/// <summary>A receiver of alerts that can be down.</summary>
internal sealed class FakeChannel(string receiver, TimeProvider time) : IAlertChannel
{
    private readonly ConcurrentQueue<DateTimeOffset> _tries = new();
    private readonly ConcurrentQueue<AlertNotification> _received = new();

    public string Receiver => receiver;

    public bool IsDown { get; set; }

    /// <summary>Fails before it has returned a task.</summary>
    public bool ThrowsOutright { get; set; }

    public IReadOnlyList<DateTimeOffset> Tries => [.. _tries];

    /// <summary>The ids of what it got.</summary>
    public IReadOnlyList<string> Received => [.. _received.Select(n => n.Id)];

    public IReadOnlyList<AlertNotification> Delivered => [.. _received];

    public Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
    {
        _tries.Enqueue(time.GetUtcNow());
        if (ThrowsOutright)
        {
            throw new AlertDeliveryException("the address cannot be read");
        }

        if (IsDown)
        {
            return Task.FromException(new AlertDeliveryException("the receiver is down"));
        }

        _received.Enqueue(notification);
        return Task.CompletedTask;
    }
}
