using Akka.Cluster;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Node.Http;

/// <summary>The bridge's way to the coordinator, wherever in the cluster it is.</summary>
internal interface ICoordinatorGateway
{
    /// <summary>This node's view of the cluster.</summary>
    Cluster Cluster { get; }

    /// <summary>Puts a wish to the coordinator; when this throws, the wish is not carried out later either.</summary>
    /// <returns>A <see cref="DatabaseAnswer"/> or an <see cref="UnknownDatabase"/>.</returns>
    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    Task<object> CommandAsync(string database, DatabaseCommand command, CancellationToken cancellation);

    /// <summary>The coordinator's answer; waits for it about as long as a failover takes, unless told otherwise.</summary>
    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    Task<object> AskAsync(IProtocolMessage message, CancellationToken cancellation, TimeSpan? within = null);
}

/// <summary>No coordinator can be reached at this moment.</summary>
internal sealed class CoordinatorUnavailableException(string message) : Exception(message);
