using System.CommandLine;

namespace CvpActors.Cli;

/// <summary><c>cvpctl status</c>: one line a database, for a person and for a script's exit code.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var url = NodeOption.Create();
        var command = new Command("status", "Shows each database's lock, last successes, next runs, shipments and open alerts.") { url };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(url), cancellation));
        return command;
    }

    private static Task<int> RunAsync(Uri url, CancellationToken cancellation) => Asking.RunAsync(Console.Error, async () =>
    {
        using var node = new NodeClient(url);
        var cluster = await node.ClusterAsync(cancellation);
        var databases = await node.DatabasesAsync(cancellation);
        Console.WriteLine($"coordinator {cluster.Coordinator}, epoch {cluster.Epoch}");
        Console.Write(StatusTable.Of(databases, TimeProvider.System.GetUtcNow()));
        return databases.Any(NeedsAttention) ? ExitCodes.Attention : ExitCodes.Ok;
    });

    private static bool NeedsAttention(DatabaseBody database) =>
        (database.Agent != "connected" && database.RetiredAt is null) || database.Alerts.Any(a => a.ClearedAt is null);
}
