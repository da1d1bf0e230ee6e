namespace CvpActors.Domain;

/// <summary>What may be going on with one database, operations and what is none.</summary>
public enum Activity
{
    /// <summary><see cref="Operation.Backup"/>.</summary>
    Backup,

    /// <summary><see cref="Operation.Purge"/>.</summary>
    Purge,

    /// <summary><see cref="Operation.Restore"/>.</summary>
    Restore,

    /// <summary>A restore of a generation into a throw-away place, to prove it.</summary>
    Drill,

    /// <summary>The transfer of one generation to one remote (rule 9).</summary>
    Shipment,

    /// <summary>A remote reads what it keeps and compares it with what was verified.</summary>
    Scrub,
}

/// <summary>Whether two activities of one database may be under way at once.</summary>
public enum Together
{
    /// <summary>One at a time: the later one is refused, or waits.</summary>
    Never,

    /// <summary>One at a time for each remote; those to different remotes do not know of each other.</summary>
    OneEachRemote,

    /// <summary>Both may be.</summary>
    Beside,
}

/// <summary>
/// What excludes what on one database: the whole of it, and the only place where it is said (rule 2). The table is printed in ARCHITECTURE, where a test
/// compares it with this one.
/// </summary>
/// <remarks>
/// The three operations change the database or its two files, so that no two of them are ever beside each other: that is what the lock is
/// for. A drill and a shipment only read a backup file, under a second name that no rotation takes away, and write into places of their own; a
/// scrub happens at the remote. None of these three takes the lock.
/// </remarks>
public static class Exclusions
{
    private const Together Never = Together.Never;
    private const Together Remote = Together.OneEachRemote;
    private const Together Beside = Together.Beside;

    private static readonly Together[][] Table =
    [
        //              Backup  Purge   Restore Drill   Shipment Scrub
        /* Backup   */ [Never, Never, Never, Beside, Beside, Beside],
        /* Purge    */ [Never, Never, Never, Beside, Beside, Beside],
        /* Restore  */ [Never, Never, Never, Beside, Beside, Beside],
        /* Drill    */ [Beside, Beside, Beside, Never, Beside, Beside],
        /* Shipment */ [Beside, Beside, Beside, Beside, Remote, Beside],
        /* Scrub    */ [Beside, Beside, Beside, Beside, Beside, Remote],
    ];

    /// <summary>Whether <paramref name="one"/> and <paramref name="other"/> may be under way at once; the order does not matter.</summary>
    public static Together Of(Activity one, Activity other) => Table[(int)one][(int)other];

    /// <summary>Whether a run of <paramref name="wanted"/> must not begin while one of <paramref name="held"/> holds the lock.</summary>
    public static bool Exclude(Operation held, Operation wanted) => Of(AsActivity(held), AsActivity(wanted)) == Together.Never;

    /// <summary>The activity that an operation is.</summary>
    public static Activity AsActivity(Operation operation) => operation switch
    {
        Operation.Backup => Activity.Backup,
        Operation.Purge => Activity.Purge,
        Operation.Restore => Activity.Restore,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "is in no table"),
    };
}
