using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Demo;

/// <summary>Waits for the first purge and asks for a backup during it, to show that it is refused at once (rule 3).</summary>
internal sealed class DemoTour(NodeSettings settings, ICoordinatorGateway gateway, TimeProvider time, ILogger<DemoTour> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var database = settings.Demo!.Database;
        try
        {
            while (!await IsPurgingAsync(database, stoppingToken))
            {
                await Task.Delay(LookEvery, time, stoppingToken);
            }

            var answer = await gateway.AskAsync(
                new DatabaseRequest(database, new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)), stoppingToken);
            if (answer is DatabaseAnswer { Reply: RunRefused refused })
            {
                log.LogInformation("demo: a backup on demand during the purge was refused at once: {Reason}", refused.Reason);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or CoordinatorUnavailableException)
        {
            // The node stops, or is busy with worse: the tour is not needed.
        }
    }

    private async Task<bool> IsPurgingAsync(string database, CancellationToken cancellation) =>
        await gateway.AskAsync(new GetDatabase(database), cancellation) is DatabaseView { Lock.Operation: Operation.Purge };
}
