using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>The run that an agent executes at this moment. Progress comes from the work's own thread.</summary>
internal sealed class ActiveRun(StartRun order, long startedAt) : IProgress<RunProgress>
{
    private volatile RunProgress? _progress;

    public string AttemptId => order.AttemptId;

    public Operation Operation => order.Operation;

    public long Token => order.Token;

    /// <summary>The monotonic timestamp of the start.</summary>
    public long StartedAt { get; } = startedAt;

    public IActorRef? Worker { get; set; }

    public RunProgress? Progress => _progress;

    public void Report(RunProgress value) => _progress = value;
}
