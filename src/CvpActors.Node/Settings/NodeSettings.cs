using System.Collections.Immutable;
using CvpActors.Databases.Sqlite;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Node.Alerts;
using CvpActors.Snmp.Delivery;
using Serilog.Events;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>cvp-actors</c> of the configuration, checked.</summary>
internal sealed record NodeSettings(
    string DataDirectory,
    Uri HttpUrl,
    LogSettings Log,
    ImmutableArray<DatabaseSettings> Databases,
    AlertSettings Alerts,
    DemoSettings? Demo);

/// <summary>Where the log goes besides the console.</summary>
/// <param name="Level">What is left out below it.</param>
/// <param name="File">A file for JSON lines, one a day; null for none.</param>
internal sealed record LogSettings(LogEventLevel Level, string? File);

/// <summary>Where alerts go besides the log.</summary>
/// <param name="Burst">From when on a receiver gets summaries.</param>
/// <param name="Snmp">SNMP receivers.</param>
/// <param name="Webhooks">Receivers of HTTP posts.</param>
internal sealed record AlertSettings(BurstLimit Burst, ImmutableArray<SnmpReceiver> Snmp, ImmutableArray<WebhookSettings> Webhooks);

/// <summary>One receiver of HTTP posts.</summary>
/// <param name="Url">Where to post.</param>
/// <param name="Key">The key that signs each post.</param>
/// <param name="Timeout">How long to wait for the answer.</param>
internal sealed record WebhookSettings(Uri Url, WebhookKey Key, TimeSpan Timeout);

/// <summary>One database.</summary>
/// <param name="Definition">What the coordinator needs of it.</param>
/// <param name="KeyPath">Its section's path, for errors.</param>
/// <param name="Sqlite">The database file.</param>
/// <param name="BackupDirectory">Where its two backup files live.</param>
/// <param name="Plan">What a purge deletes.</param>
internal sealed record DatabaseSettings(
    DatabaseDefinition Definition,
    string KeyPath,
    SqliteOptions Sqlite,
    string BackupDirectory,
    PurgePlan Plan);

/// <summary>A reporting database made up for a demonstration.</summary>
/// <param name="Database">Which of the databases is made up.</param>
/// <param name="CallsPerDay">How many calls each of its days has.</param>
/// <param name="Days">How many days it goes back.</param>
/// <param name="NewCallEvery">How often a call is added while the node runs.</param>
internal sealed record DemoSettings(string Database, int CallsPerDay, int Days, TimeSpan NewCallEvery);
