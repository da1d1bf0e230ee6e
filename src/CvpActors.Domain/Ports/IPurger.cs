using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>Deletes old rows of one reporting database. An engine that can only dump has none.</summary>
public interface IPurger
{
    /// <summary>
    /// Looks whether every table and column that the plan names is there and can be dated as it says; at a node's start. An engine that can only
    /// see that while it purges says nothing here. Changes nothing.
    /// </summary>
    /// <exception cref="PurgePlanException">One cannot; names the category.</exception>
    /// <exception cref="ReportingDatabaseException">The database cannot be asked.</exception>
    Task CheckAsync(PurgePlan plan, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>
    /// Deletes what is older than its retention in batches, checking the token before each, and refreshes statistics afterwards.
    /// A dry run counts and deletes nothing.
    /// </summary>
    /// <exception cref="PurgeStoppedException">
    /// It stopped early for any cause, a <see cref="ReportingDatabaseException"/> among them; says what was deleted until then.
    /// </exception>
    Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation);

    /// <summary>
    /// Looks what a purge would meet and changes nothing. Quick where the timestamps are indexed or a young row is near either end of its
    /// table; a table of old rows only is read through, as a purge would.
    /// </summary>
    /// <param name="plan">The categories.</param>
    /// <param name="asOf">The moment from which retention counts back, UTC.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ReportingDatabaseException">The database, a table or a column cannot be read.</exception>
    Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation);

    /// <summary>Counts the rows of each category and finds its newest date; reads the tables, and changes nothing.</summary>
    /// <param name="plan">The categories.</param>
    /// <param name="asOf">The moment beyond which a date is not believed, UTC.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>A category each; null from an engine that does not count.</returns>
    /// <exception cref="ReportingDatabaseException">The database, a table or a column cannot be read; names it.</exception>
    Task<ImmutableArray<CategoryContents>?> CountAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation) =>
        Task.FromResult<ImmutableArray<CategoryContents>?>(null);
}

/// <summary>A purge that ended before it was done; <see cref="Exception.InnerException"/> is the cause.</summary>
public sealed class PurgeStoppedException(PurgeResult deletedSoFar, Exception cause) : Exception(cause?.Message, cause)
{
    /// <summary>What had been deleted and committed.</summary>
    public PurgeResult DeletedSoFar { get; } = deletedSoFar;
}
