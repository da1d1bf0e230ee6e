using Akka;
using Akka.Actor;
using Akka.Cluster;

namespace CvpActors.Node.Hosting;

/// <summary>
/// Akka ends the whole actor system when it connects to a peer and the TLS handshake fails, taking its own certificate for the wrong one. Here it
/// is as likely the peer's: one coordinator that is started with a certificate of another CA would end all nodes that have it among their
/// seeds. Such a peer is refused and logged, and that is all. (A node whose own certificate is wrong does not start; a peer that connects
/// here with a wrong one never ended anything.)
/// </summary>
internal static class PeerWithWrongCertificate
{
    private const string TaskName = "a-wrong-peer-is-no-reason";

    /// <summary>Turns such a shutdown away in its first phase, which the configuration lets end a shutdown that fails there.</summary>
    public static void IsNoReasonToStop(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, TaskName, () => IsThat(shutdown)
            ? Task.FromException<Done>(new InvalidOperationException("a peer with a wrong certificate is no reason to stop"))
            : Task.FromResult(Done.Instance));
    }

    /// <summary>Akka keeps the type of this reason to itself.</summary>
    private static bool IsThat(CoordinatedShutdown shutdown) => shutdown.ShutdownReason?.GetType().Name == "TlsHandshakeFailureReason";

    /// <summary>Leaves the cluster and ends the actor system. A coordinated shutdown runs once; where one was turned away, its steps are taken here.</summary>
    public static async Task StopAsync(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        try
        {
            // Where one was turned away before, or is at this very moment, this is that one's end.
            await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        }
        catch (Exception) when (IsThat(shutdown))
        {
            using var within = new CancellationTokenSource(shutdown.TotalTimeout);
            await Cluster.Get(system).LeaveAsync(within.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await system.Terminate();
        }
    }
}
