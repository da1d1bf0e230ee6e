using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>Counts the rows of each category and finds its newest date, in one pass over its table.</summary>
internal static class PurgeContents
{
    public static async Task<ImmutableArray<CategoryContents>> CountAsync(PostgresSession session, PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<CategoryContents>();
        foreach (var target in plan.Categories.IsEmpty ? [] : (await PurgeSchema.ReadForRunAsync(session, plan, asOf, cancellation)).Targets)
        {
            var newest = target.Date.Moment($"(max({target.Date.Value("p")}) FILTER (WHERE {target.Date.HasDate("p")}))");
            found.Add((await session.ListAsync(
                $"SELECT count(*), {newest} FROM {target.Table.Name} AS p",
                row => new CategoryContents(target.Category.Name, row.GetInt64(0), row.IsDBNull(1) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))), cancellation)).Single());
        }

        return found.ToImmutable();
    }
}
