using Akka.Configuration;

namespace CvpActors.Actors.Serialization;

/// <summary>The Akka configuration that the actors of this assembly need.</summary>
public static class ProtocolConfiguration
{
    /// <summary>Serializers and replay; goes under the administrator's configuration.</summary>
    public static Config Default { get; } =
        ConfigurationFactory.FromResource("serialization.conf", typeof(ProtocolConfiguration).Assembly);
}
