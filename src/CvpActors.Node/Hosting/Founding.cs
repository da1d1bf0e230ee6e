using Akka.Actor;
using Akka.Cluster;
using CvpActors.Domain.Ports;

namespace CvpActors.Node.Hosting;

/// <summary>
/// How a node comes into its cluster. The first seed alone founds one, and only when there is none: one that is started again while it can
/// reach nobody would found a second cluster on the same journal, and the two would never find each other again. Whether there is one it
/// sees where all coordinators leave signs of life.
/// </summary>
/// <param name="cluster">This node's membership.</param>
/// <param name="pulse">The coordinator's signs of life; null where the journal is this node's own, so that nobody else can coordinate.</param>
/// <param name="log">Where it is told why nothing happens yet.</param>
/// <param name="time">What waiting is measured by.</param>
internal sealed class Founding(Cluster cluster, ICoordinatorPulse? pulse, ILogger log, TimeProvider time)
{
    /// <summary>Others answer within this, if they are there.</summary>
    private static readonly TimeSpan OthersAnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Longer than any change of coordinator takes: one that is under way must not look like the end of the cluster.</summary>
    private static readonly TimeSpan NobodyCoordinatesFor = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Joins the cluster of <paramref name="seeds"/>, or founds it. Returns when that is decided.</summary>
    public async Task JoinAsync(IReadOnlyList<Address> seeds, CancellationToken cancellation)
    {
        if (seeds.Count == 0 || (seeds.Count == 1 && seeds[0] == cluster.SelfAddress))
        {
            cluster.Join(cluster.SelfAddress);
            return;
        }

        var others = seeds.Where(seed => seed != cluster.SelfAddress).ToArray();
        cluster.JoinSeedNodes(others);
        if (seeds[0] == cluster.SelfAddress && !await IsInClusterWithinAsync(OthersAnswerWithin, cancellation) && await NobodyCoordinatesAsync(cancellation))
        {
            cluster.Join(cluster.SelfAddress);
        }
    }

    /// <summary>Looks until it is certain, or until this node has joined the others after all.</summary>
    private async Task<bool> NobodyCoordinatesAsync(CancellationToken cancellation)
    {
        if (pulse is null)
        {
            return true;
        }

        var told = false;
        while (true)
        {
            try
            {
                var seen = await pulse.ReadAsync(cancellation);
                if (seen is null)
                {
                    return true;
                }

                if (await IsInClusterWithinAsync(NobodyCoordinatesFor, cancellation))
                {
                    return false;
                }

                if (await pulse.ReadAsync(cancellation) is { } now && now == seen)
                {
                    return true;
                }

                if (!told)
                {
                    log.LogWarning("node {Node} coordinates this journal's cluster and cannot be reached from here; joining it is tried until it can", seen.Node);
                    told = true;
                }
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException or IOException)
            {
                log.LogWarning("the journal cannot be reached ({Cause}); whether there is a cluster already is not known, and none is founded until it is", e.GetBaseException().Message);
                await Task.Delay(OthersAnswerWithin, time, cancellation);
            }
        }
    }

    private async Task<bool> IsInClusterWithinAsync(TimeSpan within, CancellationToken cancellation)
    {
        for (var left = within; left > TimeSpan.Zero; left -= LookEvery)
        {
            if (cluster.State.Members.Any(m => m.UniqueAddress.Equals(cluster.SelfUniqueAddress)))
            {
                return true;
            }

            await Task.Delay(LookEvery, time, cancellation);
        }

        return false;
    }
}
