using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Domain.Ports;

/// <summary>
/// Restores a backup of one database into a place that is thrown away, and looks what is in it. An engine may have none. The live database is asked nothing
/// and changed in nothing by it.
/// </summary>
public interface IDriller
{
    /// <summary>Why statements cannot be run on what was restored, for an error of configuration; null where they can.</summary>
    string? WhyNoChecks => null;

    /// <summary>Has the engine read the statements, as far as it can without running them; at a node's start.</summary>
    /// <exception cref="DrillCheckException">One is none, or would change something; names it.</exception>
    /// <exception cref="ReportingDatabaseException">The database cannot be asked now.</exception>
    Task CheckAsync(IReadOnlyList<string> checks, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>The room that a drill of so many bytes needs in its place at most, in bytes, as far as that can be told.</summary>
    long SpaceFor(long bytes);

    /// <summary>Restores and looks. What it has started has ended when it returns; what it wrote is in the place, which the caller removes.</summary>
    /// <exception cref="DrillFailedException">It could not be restored, or what was restored cannot be asked.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<DrillFindings> DrillAsync(DrillJob job, RunContext run, CancellationToken cancellation);
}

/// <summary>One drill, for an engine.</summary>
/// <param name="Backup">The backup, whose checksum has been verified; it is not changed.</param>
/// <param name="Place">An empty folder of this drill's own, which only its owner can enter.</param>
/// <param name="Plan">The categories that are counted.</param>
/// <param name="AsOf">The moment beyond which a date is not believed, UTC.</param>
/// <param name="Checks">Statements to be run on what was restored.</param>
public sealed record DrillJob(string Backup, string Place, PurgePlan Plan, DateTimeOffset AsOf, ImmutableArray<string> Checks);

/// <summary>What was seen.</summary>
/// <param name="RestoreTook">How long the restore took, without what was looked at afterwards.</param>
/// <param name="Categories">What each category holds; null from an engine that does not count.</param>
/// <param name="Checks">What each statement said, in their order.</param>
public sealed record DrillFindings(TimeSpan RestoreTook, ImmutableArray<CategoryContents>? Categories, ImmutableArray<CheckSeen> Checks);

/// <summary>A drill that failed before there was anything to judge; the message says what came, and what to do.</summary>
public sealed class DrillFailedException : Exception
{
    /// <summary>Creates the error.</summary>
    public DrillFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>A check that cannot be run on the database.</summary>
/// <param name="statement">The statement.</param>
/// <param name="problem">What the engine says of it.</param>
public sealed class DrillCheckException(string statement, string problem) : Exception($"\"{statement}\" {problem}")
{
    /// <summary>What the engine says of it.</summary>
    public string Problem { get; } = problem;
}
