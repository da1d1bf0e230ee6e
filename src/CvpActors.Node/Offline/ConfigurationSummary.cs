using CvpActors.Node.Settings;
using Npgsql;

namespace CvpActors.Node.Offline;

/// <summary>A configuration in one line, so that a person sees whether it is the one that was meant. Holds no secret.</summary>
internal static class ConfigurationSummary
{
    public static string Of(NodeSettings settings) =>
        string.Join("; ", Node(settings.Cluster), Databases(settings), Journal(settings), Receivers(settings), $"bridge on {settings.HttpUrl}");

    private static string Node(ClusterSettings? cluster) => cluster is null
        ? "a node on its own"
        : $"node {cluster.Name} ({string.Join(", ", cluster.Roles)}) of a cluster with {Counted(cluster.Seeds.Length, "coordinator")}";

    private static string Databases(NodeSettings settings) => settings.Databases.IsEmpty
        ? "no databases"
        : $"{Counted(settings.Databases.Length, "database")} ({string.Join(", ", settings.Databases.Select(database => database.Id))})";

    private static string Journal(NodeSettings settings)
    {
        if (settings.Journal.Postgres is { } postgres)
        {
            var server = new NpgsqlConnectionStringBuilder(postgres);
            return $"journal in {server.Database} at {server.Host}:{server.Port}";
        }

        return settings.Cluster is { } cluster && !cluster.Roles.Contains(NodeRoles.Coordinator)
            ? "journal at the coordinators"
            : $"journal in {settings.DataDirectory}";
    }

    private static string Receivers(NodeSettings settings)
    {
        var (snmp, webhooks) = (settings.Alerts.Snmp.Length, settings.Alerts.Webhooks.Length);
        string[] ways = [.. snmp > 0 ? [Counted(snmp, "SNMP receiver")] : Array.Empty<string>(), .. webhooks > 0 ? [Counted(webhooks, "webhook")] : Array.Empty<string>()];
        return $"alerts to the log{string.Concat(ways.Select(way => $" and {way}"))}";
    }

    private static string Counted(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
