using System.Globalization;

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

    /// <summary>Some figures, the rest as the node assumes; all in milliseconds.</summary>
    /// <param name="heartbeat">Between two heartbeats.</param>
    /// <param name="pause">How long heartbeats may be missing.</param>
    /// <param name="stableAfter">How long the picture must have been the same before the split-brain resolver decides.</param>
    /// <param name="margin">How long after that the removed one's work is taken up.</param>
    public static DetectionSettings Of(int heartbeat, int pause, int stableAfter, int margin) => new(
        string.Create(CultureInfo.InvariantCulture, $"{heartbeat / 1000.0:0.0#}, {pause / 1000.0:0.0#}, {stableAfter / 1000.0:0.0#}, {margin / 1000.0:0.0#}"),
        $$"""
        akka.cluster {
          failure-detector {
            heartbeat-interval = {{heartbeat}}ms
            acceptable-heartbeat-pause = {{pause}}ms
          }
          down-removal-margin = {{margin}}ms
          split-brain-resolver.stable-after = {{stableAfter}}ms
        }
        """);
}
