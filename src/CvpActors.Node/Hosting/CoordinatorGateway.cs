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

    /// <summary>A question that was on its way to a coordinator that died is lost: it is asked again this soon, and costs nothing when it was not.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AgentIsHeardSoon = TimeSpan.FromMilliseconds(100);

    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    public async Task<object> AskAsync(IProtocolMessage message, TimeSpan? within, CancellationToken cancellation)
    {
        var patience = within ?? AnswerWithin;
        for (var begun = time.GetTimestamp(); ;)
        {
            var left = patience - time.GetElapsedTime(begun);
            try
            {
                return await proxy.Ask<object>(message, IsQuestion(message) && left > AskAgainAfter ? AskAgainAfter : Positive(left), cancellation);
            }
            catch (AskTimeoutException) when (time.GetElapsedTime(begun) < patience)
            {
                // Once more.
            }
            catch (AskTimeoutException)
            {
                throw new CoordinatorUnavailableException($"no coordinator answered within {patience.TotalSeconds:0} s; see GET /api/v1/cluster");
            }
        }
    }

    /// <summary>
    /// Puts a wish to the present incarnation of the coordinator. When this throws, the wish is not carried out later either: what is held up
    /// on its way reaches another incarnation, which refuses it, or comes after it has expired.
    /// </summary>
    /// <exception cref="CoordinatorUnavailableException">None answered in time.</exception>
    public async Task<object> CommandAsync(string database, DatabaseCommand command, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var coordinator = (EpochView)await AskAsync(new GetEpoch(), Left(begun), cancellation);
            var request = new DatabaseRequest(database, command) { Epoch = coordinator.Epoch, ExpiresAt = coordinator.Clock + Left(begun) };
            switch (await AskAsync(request, Left(begun), cancellation))
            {
                case EpochPassed:
                    break;
                case DatabaseAnswer { Reply: AgentMissing { Awaited: true } } when time.GetElapsedTime(begun) < AnswerWithin:
                    // The coordinator has just moved: nothing was decided, and it hears the agent in a moment.
                    await Task.Delay(AgentIsHeardSoon, time, cancellation);
                    break;
                case var answer:
                    return answer;
            }
        }
    }

    /// <summary>Whether it changes nothing to ask twice.</summary>
    private static bool IsQuestion(IProtocolMessage message) => message is not (DatabaseRequest or TestAlerts);

    private static TimeSpan Positive(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);

    private TimeSpan Left(long begun) => Positive(AnswerWithin - time.GetElapsedTime(begun));
}
