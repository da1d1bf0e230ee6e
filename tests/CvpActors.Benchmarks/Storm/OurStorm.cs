using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Serialization;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Benchmarks.Storm;

/// <summary>The coordinator with one simulated agent for all databases, in this process, on a PostgreSQL journal.</summary>
internal static class OurStorm
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>So long before the instant nothing more is to be done but to wait for it.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    public static async Task<StormSeen> RunAsync(string connection, int databases)
    {
        var time = TimeProvider.System;
        using var system = ActorSystem.Create("storm", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = ERROR
              persistence {
                journal {
                  plugin = "akka.persistence.journal.sql"
                  sql {
                    connection-string = "{{connection}}"
                    provider-name = "PostgreSQL.15"
                    auto-initialize = on
                  }
                }
                snapshot-store {
                  plugin = "akka.persistence.snapshot-store.sql"
                  sql {
                    connection-string = "{{connection}}"
                    provider-name = "PostgreSQL.15"
                    auto-initialize = on
                  }
                }
              }
            }
            """).WithFallback(ProtocolConfiguration.Default).WithFallback(SqlPersistence.DefaultConfiguration));
        var coordinator = system.ActorOf(MaintenanceCoordinator.SupervisedProps([], new CoordinatorSettings("storm"), time), "coordinator");

        // Registered without a schedule first: how long that takes is not the question here.
        var told = new TaskCompletionSource<StormSeen>(TaskCreationOptions.RunContinuationsAsynchronously);
        var agents = system.ActorOf(Props.Create(() => new SimulatedAgents(coordinator, databases, time, told)));
        await agents.Ask<Connected>(new Connect(null), Patience);
        var due = time.GetUtcNow().AddSeconds((databases / 500) + 15);
        await agents.Ask<Connected>(new Connect(due), Patience);
        if (time.GetUtcNow() > due - Calm)
        {
            throw new Support.MeasurementException("the databases were not registered in time");
        }

        var seen = await told.Task.WaitAsync(Patience, time);
        await system.Terminate();
        return seen;
    }

    private sealed record Connect(DateTimeOffset? Due);

    private sealed record Connected;

    private sealed record CountLost;

    /// <summary>Says hello for every database, follows every order at once, and notes when the first and each further order to start came.</summary>
    private sealed class SimulatedAgents : ReceiveActor, IWithTimers
    {
        private readonly Dictionary<string, HashSet<long>> _starts = new(StringComparer.Ordinal);
        private readonly IActorRef _coordinator;
        private readonly int _databases;
        private readonly TimeProvider _time;
        private readonly TaskCompletionSource<StormSeen> _told;
        private IActorRef _asks = ActorRefs.Nobody;
        private DateTimeOffset _due;
        private TimeSpan _last;
        private int _accepted;
        private bool _counted;

        public ITimerScheduler Timers { get; set; } = null!;

        public SimulatedAgents(IActorRef coordinator, int databases, TimeProvider time, TaskCompletionSource<StormSeen> told)
        {
            _coordinator = coordinator;
            _databases = databases;
            _time = time;
            _told = told;
            Receive<Connect>(SayHellos);
            Receive<HelloAccepted>(_ =>
            {
                if (++_accepted == _databases)
                {
                    _asks.Tell(new Connected());
                }
            });
            Receive<StartRun>(Start);
            Receive<CountLost>(_ => _told.TrySetResult(new StormSeen(_last, _databases - _starts.Count, _starts.Values.Count(tokens => tokens.Count > 1))));
            ReceiveAny(_ => { });
        }

        private void SayHellos(Connect connect)
        {
            (_asks, _accepted) = (Sender, 0);
            var schedule = connect.Due is { } due ? string.Create(CultureInfo.InvariantCulture, $"{due.Second} {due.Minute} {due.Hour} * * *") : null;
            _due = connect.Due is { } moment ? new DateTimeOffset(moment.Year, moment.Month, moment.Day, moment.Hour, moment.Minute, moment.Second, TimeSpan.Zero) : default;
            for (var number = 0; number < _databases; number++)
            {
                var definition = new DatabaseDefinition(
                    $"db-{number}", "none", new OperationDefinition(schedule, "UTC", RetryPolicy.Backup), new OperationDefinition(null, "UTC", RetryPolicy.Purge), TimeSpan.FromHours(12));
                _coordinator.Tell(new AgentHello(definition, "site-a", 0, null, [], []) { AgainWithin = TimeSpan.FromMinutes(10) });
            }
        }

        private void Start(StartRun order)
        {
            // An order names no database; its sender does.
            var database = Sender.Path.Parent.Name;
            if (!_starts.TryGetValue(database, out var tokens))
            {
                _starts[database] = tokens = [];
                _last = _time.GetUtcNow() - _due;
            }

            tokens.Add(order.Token);
            Sender.Tell(new RunStarted(database["database-".Length..], order.Token));
            if (_starts.Count == _databases && !_counted)
            {
                _counted = true;

                // Long enough for a second order to be seen, were there one.
                Timers.StartSingleTimer(nameof(CountLost), new CountLost(), TimeSpan.FromSeconds(4));
            }
        }
    }
}
