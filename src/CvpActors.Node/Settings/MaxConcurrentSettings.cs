using CvpActors.Node.Configuration;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>policy.max-concurrent</c>: how many operations run at once; what is due beyond that waits its turn. 0: no limit.</summary>
/// <param name="Cluster">In the whole cluster; the key counts where the coordinator runs.</param>
/// <param name="Node">On this node.</param>
internal sealed record MaxConcurrentSettings(int Cluster, int Node)
{
    private const int Largest = 100_000;

    public static MaxConcurrentSettings Read(SettingsSection section)
    {
        var settings = new MaxConcurrentSettings(section.Number("cluster", 0, 0, Largest), section.Number("node", 4, 0, Largest));
        section.RefuseUnknownKeys();
        return settings;
    }
}
