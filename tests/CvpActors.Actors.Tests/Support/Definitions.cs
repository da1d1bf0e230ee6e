using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Tests.Support;

/// <summary>Databases with the lengths of the rules as they ship.</summary>
internal static class Definitions
{
    public const string Database = "reporting";

    public static DatabaseDefinition OnDemand { get; } = Scheduled();

    public static DatabaseDefinition Scheduled(string? backup = null, string? purge = null) => new(
        Database,
        "fake",
        new OperationDefinition(backup, "UTC", RetryPolicy.Backup),
        new OperationDefinition(purge, "UTC", RetryPolicy.Purge),
        DatabasePolicy.DefaultLockMaxAge);
}
