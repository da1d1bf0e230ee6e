using System.Globalization;
using CvpActors.Benchmarks.Support;
using Npgsql;
using Quartz;

namespace CvpActors.Benchmarks.Failover;

/// <summary>
/// One node of a Quartz.NET cluster as a process of its own: says "ready", schedules the job when told to, and ends at a SIGTERM or when nobody
/// speaks to it any more.
/// </summary>
internal static class QuartzNode
{
    public const string Verb = "quartz-node";

    /// <summary>Starts the process; it is ready when it has said so.</summary>
    public static Child Start(string connection, string id, CheckIn checkIn) =>
        Child.Start(Verb, connection, id, Milliseconds(checkIn.Interval), Milliseconds(checkIn.Threshold));

    /// <summary>The process itself.</summary>
    /// <param name="connection">The job store's database, which is also where the job notes its steps.</param>
    /// <param name="id">Unique in the cluster.</param>
    /// <param name="interval">Milliseconds between two check-ins; 0 for Quartz.NET's own default.</param>
    /// <param name="threshold">Milliseconds after a missed check-in until another node recovers; 0 for the default.</param>
    public static async Task<int> RunAsync(string connection, string id, string interval, string threshold)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "benchmark";
                options.InstanceId = id;
            });
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(NpgsqlFactory.Instance, connection);
                store.ProvisionSchema();
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = Chosen(interval, cluster.CheckinInterval);
                    cluster.CheckinMisfireThreshold = Chosen(threshold, cluster.CheckinMisfireThreshold);
                });
            });
        }).BuildScheduler();
        await scheduler.Start();

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ended.TrySetResult();
        });
        _ = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is not null)
            {
                await ScheduleAsync(scheduler, connection);
            }

            ended.TrySetResult();
        });
        Console.WriteLine("ready");
        await ended.Task;
        await scheduler.Shutdown(waitForJobsToComplete: false);
        return 0;
    }

    private static async Task ScheduleAsync(IScheduler scheduler, string connection)
    {
        var job = JobBuilder.Create<QuartzJob>().WithIdentity("slow").RequestRecovery().DisallowConcurrentExecution()
            .UsingJobData(QuartzJob.Connection, connection).Build();
        await scheduler.ScheduleJob(job, TriggerBuilder.Create().WithIdentity("once").StartNow().Build());
    }

    private static TimeSpan Chosen(string milliseconds, TimeSpan otherwise) =>
        int.Parse(milliseconds, CultureInfo.InvariantCulture) is > 0 and var given ? TimeSpan.FromMilliseconds(given) : otherwise;

    private static string Milliseconds(TimeSpan? time) => ((int)(time?.TotalMilliseconds ?? 0)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>How soon a node that does not check in any more counts as dead; null for Quartz.NET's own default.</summary>
/// <param name="Interval">Between two check-ins.</param>
/// <param name="Threshold">How late one may be.</param>
internal sealed record CheckIn(TimeSpan? Interval, TimeSpan? Threshold);
