using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Configuration;
using CvpActors.Actors.Coordination;
using CvpActors.Actors.Protocol;
using CvpActors.Actors.Serialization;
using CvpActors.Actors.Tests.Support;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Tests.Serialization;

public sealed class ManifestTests : ActorSpec
{
    [Fact]
    public void Every_message_and_event_type_has_a_manifest()
    {
        Type[] kinds = [typeof(IProtocolMessage), typeof(IDatabaseEvent), typeof(ICoordinatorEvent), typeof(IAlertBookEvent), typeof(IShipmentEvent)];
        var types = new[] { typeof(IProtocolMessage).Assembly, typeof(IDatabaseEvent).Assembly }
            .SelectMany(a => a.GetTypes())
            .Where(t => t is { IsAbstract: false, IsInterface: false } && kinds.Any(k => k.IsAssignableFrom(t)))
            .ToArray();
        Assert.NotEmpty(types);
        Assert.Empty(types.Except(Manifests.ByType.Keys));
    }

    [Fact]
    public void Every_type_with_a_manifest_is_written_by_our_serializer_and_none_by_the_default_one() => Assert.All(
        Manifests.ByType.Keys, t => Assert.IsType<ProtocolSerializer>(Sys.Serialization.FindSerializerForType(t)));

    [Fact]
    public void Every_sample_is_the_same_after_a_journey_through_the_system_s_serialization() => Assert.All(Samples.All.Values, sample =>
    {
        var serializer = Sys.Serialization.FindSerializerFor(sample);
        var bytes = serializer.ToBinary(sample);
        var read = Sys.Serialization.Deserialize(
            bytes, serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, sample));
        Assert.Equivalent(sample, read, strict: true);
    });

    [Fact]
    public void Every_wish_and_every_reply_that_travels_has_a_sample()
    {
        var travelling = new[] { typeof(DatabaseCommand), typeof(DatabaseReply) }
            .SelectMany(t => t.GetCustomAttributes<JsonDerivedTypeAttribute>())
            .Select(a => a.DerivedType);
        var sampled = Samples.All.Values.Select(s => s switch
        {
            DatabaseRequest request => request.Command.GetType(),
            DatabaseAnswer answered => answered.Reply.GetType(),
            _ => s.GetType(),
        });
        Assert.Empty(travelling.Except(sampled));
        Assert.Equal(
            typeof(DatabaseReply).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DatabaseReply))).ToHashSet(),
            typeof(DatabaseReply).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(a => a.DerivedType).ToHashSet());
    }

    [Fact]
    public void An_unknown_manifest_is_refused_with_its_name()
    {
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var refused = Assert.Throws<SerializationException>(() => serializer.FromBinary([], "db.invented-later:1"));
        Assert.Contains("db.invented-later:1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_without_a_manifest_is_refused_with_its_name()
    {
        var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        Assert.Contains("Version", Assert.Throws<SerializationException>(() => serializer.Manifest(new Version(1, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_our_configuration_a_type_that_nobody_registered_has_no_serializer()
    {
        var system = ActorSystem.Create("production", ProtocolConfiguration.Default.WithFallback(ConfigurationFactory.Default()));
        try
        {
            Assert.Throws<SerializationException>(() => system.Serialization.FindSerializerForType(typeof(Unregistered)));
            Assert.IsType<ProtocolSerializer>(system.Serialization.FindSerializerForType(typeof(AgentHello)));
        }
        finally
        {
            await system.Terminate();
        }
    }

    private sealed record Unregistered(string Text);
}
