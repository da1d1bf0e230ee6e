using Akka.Configuration;
using Akka.TestKit.Xunit2;
using CvpActors.Actors.Serialization;

namespace CvpActors.Actors.Tests.Support;

/// <summary>An actor system with our serializers, where every message is serialized and events are kept in memory.</summary>
public abstract class ActorSpec : TestKit
{
    private static readonly Config Base = ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          actor.serialize-messages = on
          # Akka's own local messages, which never leave a node, have no bindings: verifying them needs the default one.
          actor.serialization-settings.allow-unregistered-types = on
          actor.serializers.by-reference = "CvpActors.Actors.Tests.Support.ByReferenceSerializer, CvpActors.Actors.Tests"
          actor.serialization-bindings {
            "Akka.Persistence.Journal.AsyncWriteJournal+Desequenced, Akka.Persistence" = by-reference
          }
          test.single-expect-default = 10s
          persistence {
            journal.plugin = "switchable-journal"
            snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
          }
        }
        switchable-journal {
          class = "CvpActors.Actors.Tests.Support.SwitchableJournal, CvpActors.Actors.Tests"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """).WithFallback(ProtocolConfiguration.Default);

    private protected ActorSpec(string config = "")
        : base(config.Length == 0 ? Base : ConfigurationFactory.ParseString(config).WithFallback(Base))
    {
    }

    /// <summary>How long a test waits for what must come.</summary>
    protected static TimeSpan Bound { get; } = TimeSpan.FromSeconds(10);
}
