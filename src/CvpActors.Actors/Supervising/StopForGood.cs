using Akka.Actor;

namespace CvpActors.Actors.Supervising;

/// <summary>Tells an actor and its supervisor to stop and stay away: the node leaves, or another one takes over.</summary>
public sealed record StopForGood : INoSerializationVerificationNeeded
{
    /// <summary>The one instance that is needed.</summary>
    public static StopForGood Instance { get; } = new();
}
