using System.Collections.Immutable;

namespace CvpActors.Domain.Purges;

/// <summary>
/// The order in which tables are purged: who refers before who is referred to. Tables that refer to each other, over any number of others, are
/// one group.
/// </summary>
public static class PurgeOrder
{
    /// <summary>Groups the tables of a plan.</summary>
    /// <param name="count">How many tables there are; each is known by its number, from 0.</param>
    /// <param name="references">Rows of the first refer to rows of the second.</param>
    /// <returns>The groups in order; where nothing else decides, tables stay in the order of their numbers.</returns>
    public static ImmutableArray<ImmutableArray<int>> Of(int count, IEnumerable<(int Child, int Parent)> references)
    {
        ArgumentNullException.ThrowIfNull(references);

        // reaches[i, j]: rows of i refer, over any number of tables of the plan, to rows of j.
        var reaches = new bool[count, count];
        foreach (var (child, parent) in references)
        {
            reaches[child, parent] = true;
        }

        for (var via = 0; via < count; via++)
        {
            for (var from = 0; from < count; from++)
            {
                for (var to = 0; reaches[from, via] && to < count; to++)
                {
                    reaches[from, to] |= reaches[via, to];
                }
            }
        }

        var left = Enumerable.Range(0, count).ToList();
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        while (left.Count > 0)
        {
            // The first to which nothing refers that is not of its own circle.
            var first = left.First(one => left.All(other => !reaches[other, one] || reaches[one, other]));
            ImmutableArray<int> group = [.. left.Where(other => other == first || (reaches[first, other] && reaches[other, first]))];
            groups.Add(group);
            left.RemoveAll(group.Contains);
        }

        return groups.ToImmutable();
    }
}
