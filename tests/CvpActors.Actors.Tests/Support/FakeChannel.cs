using System.Collections.Concurrent;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Tests.Support;

/// <summary>A receiver of alerts that can be down.</summary>
internal sealed class FakeChannel(string receiver, TimeProvider time) : IAlertChannel
{
    private readonly ConcurrentQueue<DateTimeOffset> _tries = new();
    private readonly ConcurrentQueue<AlertNotification> _received = new();
    private readonly ConcurrentQueue<string> _tried = new();

    public string Receiver => receiver;

    public bool IsDown { get; set; }

    /// <summary>Fails before it has returned a task.</summary>
    public bool ThrowsOutright { get; set; }

    public IReadOnlyList<DateTimeOffset> Tries => [.. _tries];

    /// <summary>The ids of what it got.</summary>
    public IReadOnlyList<string> Received => [.. _received.Select(n => n.Id)];

    public IReadOnlyList<AlertNotification> Delivered => [.. _received];

    /// <summary>Every try's id, whatever became of it.</summary>
    public IReadOnlyList<string> Tried => [.. _tried];

    /// <summary>The databases whose alerts it refuses for good.</summary>
    public ConcurrentDictionary<string, bool> Refuses { get; } = new(StringComparer.Ordinal);

    /// <summary>The databases whose alerts it fails on.</summary>
    public ConcurrentDictionary<string, bool> FailsOn { get; } = new(StringComparer.Ordinal);

    public BurstLimit? Burst { get; init; }

    public Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
    {
        _tries.Enqueue(time.GetUtcNow());
        _tried.Enqueue(notification.Id);
        if (Refuses.ContainsKey(notification.Database))
        {
            return Task.FromException(new AlertRefusedException("answered 400"));
        }

        if (FailsOn.ContainsKey(notification.Database))
        {
            return Task.FromException(new AlertDeliveryException("answered 500"));
        }

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
