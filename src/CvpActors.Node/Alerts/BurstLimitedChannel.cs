using CvpActors.Domain.Alerts;

namespace CvpActors.Node.Alerts;

/// <summary>A channel that ends at a person's pager: bursts reach it as summaries.</summary>
internal sealed class BurstLimitedChannel(IAlertChannel channel, BurstLimit burst) : IAlertChannel, ISpeaksForCluster
{
    public string Receiver => channel.Receiver;

    public BurstLimit? Burst { get; } = burst;

    public void SpeakAs(AlertSender sender) => (channel as ISpeaksForCluster)?.SpeakAs(sender);

    public Task DeliverAsync(AlertNotification notification, CancellationToken cancellation) => channel.DeliverAsync(notification, cancellation);
}
