namespace CvpActors.Benchmarks.Failover;

/// <summary>What is done to one of three nodes. A peer without a coordinator takes all but the last, at the node that runs the job.</summary>
internal enum Scenario
{
    /// <summary>SIGKILL, of the coordinator's node, which also runs a job.</summary>
    Kill,

    /// <summary>SIGTERM, of the coordinator's node, which also runs a job.</summary>
    Terminate,

    /// <summary>SIGSTOP and, half a minute later, SIGCONT, of the coordinator's node, which also runs a job.</summary>
    Freeze,

    /// <summary>SIGSTOP and SIGCONT of a node that runs a job and does not coordinate.</summary>
    FreezeWorker,
}

/// <summary>How a trial went; times are from the signal.</summary>
/// <param name="NextAnswer">Until another node answered a query of a database's state, correctly; null where nobody coordinates.</param>
/// <param name="NextRun">Until the next run began: ours, one asked for at another node; the peer's, its job anew.</param>
/// <param name="OwnAgain">From the start of the dead node's successor until the next run of the database on its machine; null where none was started.</param>
/// <param name="TwiceAtOnce">Jobs that two runs were at work on at one time.</param>
internal sealed record Trial(TimeSpan? NextAnswer, TimeSpan NextRun, TimeSpan? OwnAgain, int TwiceAtOnce);

/// <summary>Who is put through the scenarios.</summary>
internal interface IContestant
{
    string Name { get; }

    /// <summary>What a scenario is called in its row; null when this contestant has nothing to show in it.</summary>
    string? Describe(Scenario scenario);

    /// <summary>Starts nodes of its own, does it to one of them, measures, and ends them.</summary>
    Task<Trial> RunAsync(Scenario scenario);
}
