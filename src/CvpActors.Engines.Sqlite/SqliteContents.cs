using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite;

/// <summary>Counts the rows of each category. The newest date is the one that <see cref="SqliteSurvey"/> finds, with an index or at the ends of a table.</summary>
internal static class SqliteContents
{
    /// <exception cref="SqliteDatabaseException">The database, a table or a column cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImmutableArray<CategoryContents> Count(SqliteOptions options, PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        if (plan.Categories.IsEmpty)
        {
            return [];
        }

        var newest = SqliteSurvey.Run(options, plan, asOf, cancellation).Categories.ToDictionary(c => c.Category, c => c.Newest, StringComparer.Ordinal);
        using var session = SqliteSession.OpenDatabase(options);
        using var interrupt = session.InterruptWhen(cancellation);
        try
        {
            return [.. plan.Categories.Select(c => new CategoryContents(
                c.Name, session.Ask($"SELECT count(*) FROM {PurgeTable.Find(session, c).Name}", cancellation), newest.GetValueOrDefault(c.Name)))];
        }
        catch (SqliteDatabaseException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }
}
