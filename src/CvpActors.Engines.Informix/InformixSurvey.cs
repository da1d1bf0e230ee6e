using System.Collections.Immutable;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Informix;

/// <summary>Looks at what a purge would meet, by the ends of each table's dates. Waits for no lock.</summary>
/// <param name="database">The reporting database.</param>
internal sealed class InformixSurvey(DbAccess database)
{
    public async Task<PurgeSurvey> RunAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<CategorySurvey>();
        foreach (var category in plan.Categories)
        {
            found.Add(await LookAsync(category, asOf, cancellation));
        }

        return new PurgeSurvey(asOf, found.ToImmutable());
    }

    private async Task<CategorySurvey> LookAsync(RetentionCategory category, DateTimeOffset asOf, CancellationToken cancellation)
    {
        var (table, column) = CategoryNames.Of(category);
        var firstKept = SqlDate.FirstKept(asOf - category.Retain);
        var ends = await database.NumbersAsync(
            $"SELECT {SqlDate.Number($"MIN({column})")}, {SqlDate.Number($"MAX({column})")} FROM {table} WHERE {column} >= {SqlDate.Of(SqlDate.Earliest)} AND {column} < {SqlDate.Of(SqlDate.FirstUnbelieved(asOf))}",
            cancellation);
        var (oldest, newest) = (Moment(ends[0]), Moment(ends[1]));
        var olderThan = SqlDate.Midnight(firstKept);
        return new CategorySurvey(category.Name, olderThan, HasOld: oldest < olderThan, RowsStay: newest >= olderThan, newest, oldest, Complete: true);
    }

    private static DateTimeOffset? Moment(long? number) => number is { } day ? SqlDate.Midnight(SqlDate.Read(day)) : null;
}
