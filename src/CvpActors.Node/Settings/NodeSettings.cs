using System.Collections.Immutable;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Node.Alerts;
using CvpActors.Node.Engines;
using Serilog.Events;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>cvp-actors</c> of the configuration, checked.</summary>
/// <param name="DataDirectory">What this node keeps for itself.</param>
/// <param name="HttpUrl">Where the bridge listens.</param>
/// <param name="PublicUrl">How other nodes and their callers reach the bridge; null: as it listens.</param>
/// <param name="Cluster">How the node is part of a cluster; null for one that is alone on purpose.</param>
/// <param name="Journal">Where events are kept.</param>
/// <param name="MaxConcurrent">How many operations run at once.</param>
/// <param name="Log">Where the log goes.</param>
/// <param name="Databases">What is maintained on this machine.</param>
/// <param name="Alerts">Where alerts go.</param>
/// <param name="Remote">What this node keeps of other sites' databases; null when it keeps none.</param>
/// <param name="Demo">A database to be made up, or null.</param>
internal sealed record NodeSettings(
    string DataDirectory,
    Uri HttpUrl,
    Uri? PublicUrl,
    ClusterSettings? Cluster,
    JournalSettings Journal,
    MaxConcurrentSettings MaxConcurrent,
    LogSettings Log,
    ImmutableArray<DatabaseSettings> Databases,
    AlertSettings Alerts,
    RemoteSettings? Remote,
    DemoSettings? Demo)
{
    /// <summary>What people see of this node; one that is alone is called like its machine.</summary>
    public string NodeName => Cluster?.Name ?? Environment.MachineName;

    /// <summary>What else the bridge may be called by in the header <c>Host</c>, besides its own names; <c>*</c> for anything.</summary>
    public ImmutableArray<string> HttpHosts { get; init; } = [];
}

/// <summary>Where the log goes besides the console.</summary>
/// <param name="Level">What is left out below it.</param>
/// <param name="File">A file for JSON lines, one a day; null for none.</param>
internal sealed record LogSettings(LogEventLevel Level, string? File);

/// <summary>One database.</summary>
/// <param name="Definition">What the coordinator needs of it.</param>
/// <param name="KeyPath">Its section's path, for errors.</param>
/// <param name="Engine">How its engine reaches it.</param>
/// <param name="BackupDirectory">Where its two backup files live.</param>
/// <param name="Plan">What a purge deletes.</param>
internal sealed record DatabaseSettings(
    DatabaseDefinition Definition,
    string KeyPath,
    IConfiguredEngine Engine,
    string BackupDirectory,
    PurgePlan Plan)
{
    /// <summary>The database's id.</summary>
    public string Id => Definition.Id;

    /// <summary>Whether a backup is kept that can be verified less far than the one before it.</summary>
    public bool AcceptLessVerified { get; init; }

    /// <summary>How its backups are drilled; null where they are not.</summary>
    public DrillSettings? Drill { get; init; }
}

/// <summary>A reporting database made up for a demonstration.</summary>
/// <param name="Database">Which of the databases is made up.</param>
/// <param name="CallsPerDay">How many calls each of its days has.</param>
/// <param name="Days">How many days it goes back.</param>
/// <param name="NewCallEvery">How often a call is added while the node runs.</param>
internal sealed record DemoSettings(string Database, int CallsPerDay, int Days, TimeSpan NewCallEvery);
