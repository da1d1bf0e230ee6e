using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting.Logging;
using CvpActors.Actors;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Alerts;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>
/// The node's part of the cluster: the coordinator singleton where the node has that role, an agent for each of its
/// databases, and the way to the coordinator for the HTTP bridge.
/// </summary>
internal sealed class ActorSystemService(
    NodeConfiguration configuration,
    NodeSettings settings,
    IReadOnlyList<MaintainedDatabase> databases,
    IReadOnlyList<IAlertChannel> channels,
    ILoggerFactory logs,
    TimeProvider time) : IHostedService, ICoordinatorGateway
{
    private const string CoordinatorRole = "coordinator";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgentsStopWithin = TimeSpan.FromMilliseconds(700);

    private readonly List<IActorRef> _agents = [];
    private ActorSystem? _system;
    private IActorRef _coordinator = ActorRefs.Nobody;

    public Cluster Cluster => Cluster.Get(_system ?? throw new CoordinatorUnavailableException("the node is starting"));

    public async Task<object> AskAsync(IProtocolMessage message, CancellationToken cancellation, TimeSpan? within = null)
    {
        var patience = within ?? AnswerWithin;
        try
        {
            return await _coordinator.Ask<object>(message, patience, cancellation);
        }
        catch (AskTimeoutException)
        {
            throw new CoordinatorUnavailableException($"no coordinator answered within {patience.TotalSeconds:0} s; see GET /api/v1/cluster");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        configuration.PrepareEmbeddedStores(settings);
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(configuration.ForActorSystem(settings)),
            new LoggerFactorySetup(logs));
        _system = ActorSystem.Create("cvp-actors", setup);
        var cluster = Cluster.Get(_system);
        var node = cluster.SelfAddress.ToString();

        if (cluster.SelfRoles.Contains(CoordinatorRole))
        {
            _system.ActorOf(
                ClusterSingletonManager.Props(
                    MaintenanceCoordinator.SupervisedProps(channels, node, time),
                    StopForGood.Instance,
                    ClusterSingletonManagerSettings.Create(_system).WithRole(CoordinatorRole)),
                ActorNames.Coordinator);
        }

        _coordinator = _system.ActorOf(
            ClusterSingletonProxy.Props($"/user/{ActorNames.Coordinator}", ClusterSingletonProxySettings.Create(_system).WithRole(CoordinatorRole)),
            ActorNames.CoordinatorProxy);
        foreach (var database in databases)
        {
            _agents.Add(_system.ActorOf(DatabaseAgent.SupervisedProps(database, _coordinator, node, time), ActorNames.Agent(database.Id)));
        }

        if (cluster.Settings.SeedNodes.IsEmpty)
        {
            cluster.Join(cluster.SelfAddress);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is null)
        {
            return;
        }

        // A run that is cut short should be able to write down how it ended; one that cannot is found lost at the next start.
        var stopped = _agents.Select(a => a.Ask<AgentStopped>(new StopAgent(), AgentsStopWithin, cancellationToken));
        await Task.WhenAll(stopped).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance);
    }
}
