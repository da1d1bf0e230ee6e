using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>What is allowed and yet hardly meant: a node that has nothing to do.</summary>
internal static class IdleAdvice
{
    private const string NameOne = "name one as cvp-actors.databases.NAME, with engine and backup.directory";

    /// <summary>A sentence for a node that maintains nothing though it could.</summary>
    public static IEnumerable<string> For(NodeSettings settings)
    {
        if (!settings.Databases.IsEmpty)
        {
            yield break;
        }

        if (settings.Cluster is not { } cluster)
        {
            if (settings.Remote is null)
            {
                yield return $"cvp-actors.databases: no database is configured, so this node backs up and purges nothing; {NameOne}";
            }
        }
        else if (cluster.Roles.Contains(NodeRoles.Reporting))
        {
            yield return $"cvp-actors.databases: no database is configured, though cvp-actors.cluster.roles has {NodeRoles.Reporting}; {NameOne}, or leave that role out";
        }
    }
}
