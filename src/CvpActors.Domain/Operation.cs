using System.Collections.Immutable;

namespace CvpActors.Domain;

/// <summary>The kinds of maintenance that exclude each other on one database (rule 2).</summary>
/// <remarks>The order is the tie-break of rule 6: of two runs that wait for the same moment, the backup goes first,
/// so that rows are saved before they are purged.</remarks>
public enum Operation
{
    /// <summary>Writes a new generation of <c>cvp_backup_data</c>.</summary>
    Backup,

    /// <summary>Deletes rows that are older than their category's retention.</summary>
    Purge,

    /// <summary>Puts a backup back, into a new place or over the live database. On demand only, so never retried.</summary>
    Restore,
}

/// <summary>Which operations can be scheduled, and so have a retry window.</summary>
public static class Operations
{
    /// <summary>In the order of rule 6. Nothing is ever restored because the time has come.</summary>
    public static ImmutableArray<Operation> Scheduled { get; } = [Operation.Backup, Operation.Purge];
}

/// <summary>What asked for a run.</summary>
public enum Trigger
{
    /// <summary>The schedule. Retried inside its window (rule 4).</summary>
    Scheduled,

    /// <summary>An administrator. Refused at once when blocked, never retried (rule 3).</summary>
    OnDemand,
}
