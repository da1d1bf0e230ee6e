using Akka.Cluster;
using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary>The bridge's way to the coordinator, wherever in the cluster it is.</summary>
internal interface ICoordinatorGateway
{
    /// <summary>This node's view of the cluster.</summary>
    Cluster Cluster { get; }

    /// <summary>The coordinator's answer; waits 5 s for it unless told otherwise.</summary>
    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    Task<object> AskAsync(IProtocolMessage message, CancellationToken cancellation, TimeSpan? within = null);
}

/// <summary>No coordinator can be reached at this moment.</summary>
internal sealed class CoordinatorUnavailableException(string message) : Exception(message);
