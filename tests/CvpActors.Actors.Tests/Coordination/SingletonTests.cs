using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Actors.Tests.Support;

namespace CvpActors.Actors.Tests.Coordination;

/// <summary>The coordinator as the singleton of a cluster of one node.</summary>
public sealed class SingletonTests() : ActorSpec("""
    akka {
      actor.provider = cluster
      remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
      cluster.roles = ["coordinator"]
      coordinated-shutdown.run-by-clr-shutdown-hook = off
    }
    """)
{
    [Fact]
    public async Task The_singleton_answers_through_its_proxy_and_leaves_within_5_seconds_when_its_node_shuts_down()
    {
        Sys.ActorOf(
            ClusterSingletonManager.Props(
                MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("site-a"), TimeProvider.System),
                StopForGood.Instance,
                ClusterSingletonManagerSettings.Create(Sys).WithRole("coordinator")),
            "coordinator");
        var proxy = Sys.ActorOf(
            ClusterSingletonProxy.Props("/user/coordinator", ClusterSingletonProxySettings.Create(Sys).WithRole("coordinator")), "proxy");
        var cluster = Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
        var view = await proxy.Ask<EpochView>(new GetEpoch(), TimeSpan.FromSeconds(30));
        Assert.Equal(1, view.Epoch);

        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(TimeSpan.FromSeconds(5));
    }
}
