using Akka.Actor;
using Akka.Configuration;
using CvpActors.Actors.Supervising;

namespace CvpActors.Node.Offline;

/// <summary>Lets Akka.Persistence.Sql make its tables, as it does at the first start of a coordinator: it is started, and reads once.</summary>
internal static class JournalTableMaker
{
    /// <summary>Longer than a server takes that answers.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>No node of a cluster, and silent: what has failed is told in one line, by who finds no tables afterwards.</summary>
    private const string Quiet = """
        akka {
          actor.provider = local
          loggers = ["Akka.Event.DefaultLogger"]
          loglevel = OFF
          stdout-loglevel = OFF
        }
        """;

    /// <summary>Tries to make the tables; whether they are there afterwards is to be looked at.</summary>
    /// <param name="akka">The whole configuration of a coordinator's actor system.</param>
    public static async Task TryMakeAsync(Config akka)
    {
        using var system = ActorSystem.Create("journal-tables", ConfigurationFactory.ParseString(Quiet).WithFallback(akka));
        var reader = system.ActorOf<JournalWarmUp>();
        await reader.WatchAsync().WaitAsync(Within, TimeProvider.System).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await system.Terminate();
    }
}
