using CvpActors.Node.Settings;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Demo;

/// <summary>Lets calls come in while the node runs, as the call server of a contact centre would.</summary>
internal sealed class DemoCalls(NodeSettings settings, TimeProvider time, ILogger<DemoCalls> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var demo = settings.Demo!;
        var path = DemoDatabase.PathOf(settings);
        using var timer = new PeriodicTimer(demo.NewCallEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                WriteCall(path);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private void WriteCall(string path)
    {
        try
        {
            using var connection = DemoDatabase.Open(path, SqliteOpenMode.ReadWrite);
            using var transaction = connection.BeginTransaction();
            new DemoCallWriter(connection, Random.Shared).Write(time.GetUtcNow());
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            log.LogWarning("the demo's call server could not write a call: {Cause}", e.Message);
        }
    }
}
