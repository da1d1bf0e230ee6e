using System.Collections.Immutable;
using CvpActors.Domain.Clocks;

namespace CvpActors.Domain.Running;

/// <summary>What a piece of work needs to know of the run it belongs to.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="AttemptId">The attempt.</param>
/// <param name="Token">Its fencing token.</param>
/// <param name="Fence">The fence of the agent that executes it.</param>
/// <param name="Progress">Where progress is told; may be called from any thread, and often.</param>
public sealed record RunContext(string Database, string AttemptId, long Token, Fence Fence, IProgress<RunProgress> Progress)
{
    /// <summary>What the work finds besides its result.</summary>
    public RunFindings Findings { get; init; } = new();

    /// <summary>Keeps the child processes that the work starts.</summary>
    public IRunChildren Children { get; init; } = NoChildren.Instance;

    /// <summary>Hears what a program says while it works, a line each, for the log; called from any thread.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>When its lock was granted, by the coordinator's clock, UTC; null when that is not known.</summary>
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>What the coordinator knows of its clock; null where nobody watches it.</summary>
    public ClockEvidence? Clock { get; init; }

    /// <summary>Keys of findings that would hold a purge and that an administrator has let go.</summary>
    public ImmutableArray<string> LetGo { get; init; } = [];

    /// <summary>
    /// From when retention counts back: of the coordinator's clock and this machine's the one that shows less, so that one wrong clock
    /// deletes nothing that is young.
    /// </summary>
    /// <param name="now">This machine's clock, UTC.</param>
    public DateTimeOffset RetentionCountsFrom(DateTimeOffset now) => GrantedAt < now ? GrantedAt.Value : now;

    /// <summary>Called before each step that cannot be taken back.</summary>
    /// <param name="step">The step, for the error: "the rotation", "batch 12 of call".</param>
    /// <exception cref="FencedException">The run may not take the step.</exception>
    public void CommitPoint(string step) => Fence.Check(Token, step);
}

/// <summary>How far a run has come.</summary>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; zero while unknown.</param>
/// <param name="Unit"><c>bytes</c> or <c>rows</c>.</param>
public sealed record RunProgress(long Done, long Total, string Unit);
