namespace CvpActors.Benchmarks.Failover;

/// <summary>How soon members give each other up: keys of Akka's own in the node's configuration file.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Hocon">The keys; empty for what the node assumes.</param>
internal sealed record DetectionSettings(string Name, string Hocon)
{
    public static DetectionSettings Ours { get; } = new("ours", "");

    /// <summary>What Akka.NET ships.</summary>
    public static DetectionSettings AkkaDefaults { get; } = new("ours with Akka's default settings", """
        akka.cluster {
          gossip-interval = 1s
          leader-actions-interval = 1s
          failure-detector {
            heartbeat-interval = 1s
            acceptable-heartbeat-pause = 3s
            expected-response-after = 1s
          }
          down-removal-margin = off
          split-brain-resolver.stable-after = 20s
        }
        """);
}
