using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http;

namespace CvpActors.Node.Hosting;

/// <summary>The way from this node's bridge to the coordinator, through the singleton proxy.</summary>
/// <param name="proxy">The proxy.</param>
/// <param name="time">What waits are measured by.</param>
internal sealed class CoordinatorGateway(IActorRef proxy, TimeProvider time)
{
    /// <summary>Long enough for the coordinator to move to another node; the proxy keeps what is asked until it is there.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    public async Task<object> AskAsync(IProtocolMessage message, TimeSpan? within, CancellationToken cancellation)
    {
        var patience = within ?? AnswerWithin;
        try
        {
            return await proxy.Ask<object>(message, patience, cancellation);
        }
        catch (AskTimeoutException)
        {
            throw new CoordinatorUnavailableException($"no coordinator answered within {patience.TotalSeconds:0} s; see GET /api/v1/cluster");
        }
    }

    /// <summary>
    /// Puts a wish to the present incarnation of the coordinator. When this throws, the wish is not carried out later either: what is held up
    /// on its way reaches another incarnation, which refuses it.
    /// </summary>
    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    public async Task<object> CommandAsync(string database, DatabaseCommand command, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var coordinator = (EpochView)await AskAsync(new GetEpoch(), Left(begun), cancellation);
            var request = new DatabaseRequest(database, command) { Epoch = coordinator.Epoch };
            if (await AskAsync(request, Left(begun), cancellation) is not EpochPassed and var answer)
            {
                return answer;
            }
        }
    }

    private TimeSpan Left(long begun)
    {
        var left = AnswerWithin - time.GetElapsedTime(begun);
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }
}
