using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Hosting.Logging;
using CvpActors.Actors;
using CvpActors.Actors.Agents;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Membership;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Supervising;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Nodes;
using CvpActors.Node.Configuration;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;
using CvpActors.Shipping.Vault;
using Npgsql;

namespace CvpActors.Node.Hosting;

/// <summary>
/// The node's part of the cluster: the coordinator singleton where the node has that role, an agent for each of its
/// databases, and the way to the coordinator for the HTTP bridge.
/// </summary>
internal sealed class ActorSystemService(
    NodeConfiguration configuration,
    NodeSettings settings,
    IReadOnlyList<MaintainedDatabase> databases,
    AlertWays alerts,
    OffsiteComposition offsite,
    OptionalCertificates optional,
    NodeEnd end,
    ILoggerFactory logs,
    ClusterClock clock,
    ClockKeeper clockKeeper,
    TimeProvider time) : IHostedService, ICoordinatorGateway
{
    private static readonly TimeSpan AgentsStopWithin = TimeSpan.FromMilliseconds(700);

    private readonly List<IActorRef> _agents = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly PostgresPulse? _pulse = settings is { Cluster: not null, Journal.Postgres: { } postgres } ? new PostgresPulse(NpgsqlDataSource.Create(postgres)) : null;
    private volatile IReadOnlyList<string>? _damaged;
    private ActorSystem? _system;
    private CoordinatorGateway? _gateway;
    private volatile bool _stopping;
    private bool _finishing;

    public Cluster Cluster => Cluster.Get(_system ?? throw new CoordinatorUnavailableException("the node is starting"));

    private CoordinatorGateway Gateway => _gateway ?? throw new CoordinatorUnavailableException("the node is starting");

    public Task<object> AskAsync(IProtocolMessage message, CancellationToken cancellation, TimeSpan? within = null) =>
        Gateway.AskAsync(message, within, cancellation);

    public Task<object> CommandAsync(string database, DatabaseCommand command, CancellationToken cancellation) =>
        Gateway.CommandAsync(database, command, cancellation);

    /// <exception cref="SettingsException">The address is not free, or Akka refuses a key of its own that the administrator has set.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        configuration.PrepareEmbeddedStores(settings);
        CheckAddress();
        try
        {
            StartActors();
            return Task.CompletedTask;
        }
        catch (Exception e) when (configuration.SetsAkkaKeys && IsAboutSettings(e))
        {
            throw new SettingsException("akka", $"the node cannot be started with these settings: {e.GetBaseException().Message}; allowed: what Akka.NET documents, or none");
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        await _stop.CancelAsync();
        if (_system is null)
        {
            return;
        }

        // A run that is cut short should be able to write down how it ended; one that cannot is found lost at the next start.
        await StopAgentsAsync(new StopAgent(), AgentsStopWithin);
        await PeerWithWrongCertificate.StopAsync(_system);
    }

    private static bool IsAboutSettings(Exception? e) =>
        e is ConfigurationException or FormatException or ArgumentException or TypeLoadException or SocketException || (e is not null && IsAboutSettings(e.InnerException));

    /// <exception cref="SettingsException">The address cannot be listened on; Akka would tell that in a page of stack traces.</exception>
    private void CheckAddress()
    {
        if (settings.Cluster is not { } cluster)
        {
            return;
        }

        var key = $"cvp-actors.cluster.{(cluster.Bind == cluster.Address ? "address" : "bind")}";
        try
        {
            var address = IPAddress.TryParse(cluster.Bind.Host, out var any) ? any : Dns.GetHostAddresses(cluster.Bind.Host).First();
            using var probe = new TcpListener(address, cluster.Bind.Port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new SettingsException(key, $"{cluster.Bind} cannot be listened on ({e.Message}); allowed: a free port on an address of this machine");
        }
    }

    private void StartActors()
    {
        var certificates = optional.Present;
        _system = ActorSystem.Create(NodeConfiguration.SystemName, Setup(certificates));
        var cluster = Cluster.Get(_system);
        PeerWithWrongCertificate.IsNoReasonToStop(_system);
        _system.ActorOf(MembershipWatch.Props(reason => end.Refuse("cvp-actors.cluster", reason)), ActorNames.Membership);
        cluster.RegisterOnMemberRemoved(() => _ = FinishThenStartAnewAsync("this node was removed from the cluster: the others could not reach it"));
        _ = EndWithSystemAsync(_system);
        if (cluster.SelfRoles.Contains(NodeRoles.Coordinator))
        {
            _system.ActorOf<JournalWarmUp>("journal-warm-up");
            _system.ActorOf(DeathProbe.Props(NodeRoles.Coordinator, time), ActorNames.DeathProbe);
            _system.ActorOf(
                ClusterSingletonManager.Props(
                    MaintenanceCoordinator.SupervisedProps(alerts.Channels, Coordination(cluster), clock),
                    StopForGood.Instance,
                    ClusterSingletonManagerSettings.Create(_system).WithRole(NodeRoles.Coordinator)),
                ActorNames.Coordinator);
        }

        var coordinator = _system.ActorOf(
            ClusterSingletonProxy.Props(
                $"/user/{ActorNames.Coordinator}", ClusterSingletonProxySettings.Create(_system).WithRole(NodeRoles.Coordinator)),
            ActorNames.CoordinatorProxy);
        _gateway = new CoordinatorGateway(coordinator, time);
        _system.ActorOf(ClockWatch.Props(NodeRoles.Coordinator, clock, time), ActorNames.Clock);
        _system.ActorOf(NodeReporter.Props(coordinator, () => Condition(cluster, certificates?.EndsAt)), ActorNames.NodeReporter);
        var common = new AgentSettings(settings.NodeName)
        {
            BridgeUrl = BridgeUrl.ToString(),
            NodeLimit = settings.MaxConcurrent.Node,
            Copier = database => OffsiteCopier.Props(database.Id, coordinator, offsite.CopierOf(database)),
            Generations = offsite.GenerationsOf(_system),
        };
        offsite.ForgetFormerRemotes();
        if (offsite.Vault is { } vault)
        {
            StartVault(_system, vault, settings.Remote!, coordinator);
        }

        foreach (var database in databases)
        {
            _agents.Add(_system.ActorOf(
                DatabaseAgent.SupervisedProps(database, coordinator, common.Serving(databases.Count), clock), ActorNames.Agent(database.Id)));
        }

        _ = JoinAsync(cluster);
    }

    private void StartVault(ActorSystem system, VaultStore vault, RemoteSettings remote, IActorRef coordinator)
    {
        var uploads = remote.UploadAddress is { } address ? UploadListener.UrlOf(address) : BridgeUrl;
        var known = new VaultSettings(
            remote.Name,
            settings.NodeName,
            BridgeUrl.ToString(),
            ticket => new Uri(uploads, UploadEndpoint.Path + ticket),
            remote.Scrub,
            damaged => _damaged = damaged,
            coordinator,
            new VaultMender(vault, offsite.GenerationsOf(system), () => [.. RemoteDirectory.Present(Cluster.Get(system)).Where(other => other != remote.Name)]));
        system.ActorOf(OffsiteVault.Props(vault, known, clock), ActorNames.Vault);
        _ = vault.TidyAllAsync();
    }

    private Uri BridgeUrl => settings.PublicUrl ?? settings.HttpUrl;

    /// <summary>In the background: until it has joined, the node answers that no coordinator can be reached.</summary>
    private async Task JoinAsync(Cluster cluster)
    {
        // The scheme tells every node whether its peers speak TLS: a node without it cannot even name one with it.
        IReadOnlyList<Address> seeds = [.. (settings.Cluster?.Seeds ?? []).Select(seed => cluster.SelfAddress.WithHost(seed.Host).WithPort(seed.Port))];
        try
        {
            await new Founding(cluster, _pulse, logs.CreateLogger<Founding>(), time).JoinAsync(seeds, _stop.Token);
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException)
        {
            // The node stops before it was decided.
        }
        catch (Exception e)
        {
            end.StartAnew($"it could not be decided whether there is a cluster to join: {e.Message}");
        }
    }

    private CoordinatorSettings Coordination(Cluster cluster) => new(settings.NodeName)
    {
        MaxConcurrent = settings.MaxConcurrent.Cluster,
        Sender = alerts.Sender,
        OnlyDatabases = settings.Cluster is null ? settings.Databases.Select(d => d.Id).ToHashSet(StringComparer.Ordinal) : null,
        Pulse = _pulse,
        Clock = clockKeeper,
        Superseded = () => _ = FinishThenStartAnewAsync("another node coordinates in a later epoch and cannot be heard from here"),
        AddressOf = name => cluster.State.Members.FirstOrDefault(m => m.Status == MemberStatus.Up && NodeIdentity.Of(m).Name == name)?.Address.ToString(),
    };

    private NodeCondition Condition(Cluster cluster, DateTimeOffset? certificateEnds) => new(
        settings.NodeName,
        clock.LocalOffset,
        certificateEnds,
        cluster.SelfRoles.Contains(NodeRoles.Coordinator) ? [.. alerts.Channels.Select(c => c.Receiver)] : null)
    {
        Damaged = _damaged is { } damaged ? [.. damaged] : null,
    };

    private ActorSystemSetup Setup(ClusterCertificates? certificates)
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(configuration.ForActorSystem(settings)),
            new LoggerFactorySetup(logs));
        return certificates is null ? setup : setup.And(certificates.Setup);
    }

    /// <summary>An actor system that ends by itself leaves a process that answers and does nothing: it must end too.</summary>
    private async Task EndWithSystemAsync(ActorSystem system)
    {
        await system.WhenTerminated;
        if (!_stopping)
        {
            end.StartAnew("the actor system has ended by itself (see the lines before this one)");
        }
    }

    /// <summary>
    /// The others have given this node up, or coordinate without it. What runs here is not thrown away for that: it may finish, and its outcome
    /// waits on disk.
    /// </summary>
    private async Task FinishThenStartAnewAsync(string reason)
    {
        if (_stopping || Interlocked.Exchange(ref _finishing, true))
        {
            return;
        }

        await StopAgentsAsync(new StopAgent { AfterRun = true }, Timeout.InfiniteTimeSpan);
        end.StartAnew(reason);
    }

    private async Task StopAgentsAsync(StopAgent stop, TimeSpan within)
    {
        var stopped = _agents.Select(agent => agent.Ask<AgentStopped>(stop, within, CancellationToken.None));
        await Task.WhenAll(stopped).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
