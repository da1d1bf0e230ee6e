using Akka.Actor;
using Akka.Pattern;

namespace CvpActors.Actors.Supervising;

/// <summary>How actors that must not stay away are brought back.</summary>
internal static class Supervision
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <paramref name="props"/> under a supervisor that starts it again, after 1 s at first and up to 5 s later, whenever it
    /// stops; except after <see cref="StopForGood"/>, when the supervisor stops with it.
    /// </summary>
    public static Props Restarted(Props props, string name) =>
        BackoffSupervisor.Props(
            Backoff.OnStop(props, name, First, Longest, randomFactor: 0.2, maxNrOfRetries: -1)
                .WithFinalStopMessage(message => message is StopForGood));
}
