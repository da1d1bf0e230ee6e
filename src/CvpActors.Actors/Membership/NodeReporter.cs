using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Nodes;

namespace CvpActors.Actors.Membership;

/// <summary>Tells the coordinator, wherever it is, how this node is.</summary>
public sealed class NodeReporter : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Creates the reporter; <see cref="Props"/> is the way in.</summary>
    public NodeReporter(IActorRef coordinator, Func<NodeCondition> look) =>
        Receive<ReportNow>(due =>
        {
            coordinator.Tell(new NodeReport(look()));
            Timers.StartSingleTimer(nameof(ReportNow), due, Interval);
        });

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create the reporter; <paramref name="look"/> is asked each time, by the actor's thread.</summary>
    public static Props Props(IActorRef coordinator, Func<NodeCondition> look) => Akka.Actor.Props.Create(() => new NodeReporter(coordinator, look));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartSingleTimer(nameof(ReportNow), new ReportNow(), First);
        base.PreStart();
    }

    private sealed record ReportNow : INoSerializationVerificationNeeded;
}
