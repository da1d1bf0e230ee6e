using System.Collections.Concurrent;
using Npgsql;
using Quartz;

namespace CvpActors.Benchmarks.Storm;

/// <summary>Quartz.NET's clustered job store with as many jobs, each with one trigger at the same instant, on the same PostgreSQL.</summary>
internal static class QuartzStorm
{
    private const int Threads = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<StormSeen> RunAsync(string connection, int databases)
    {
        var time = TimeProvider.System;
        StormJob.Fired.Clear();
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "storm";
                options.InstanceId = "a";

                // As many at once as it can take: its default of one would only be slower.
                options.MaxBatchSize = Threads;
            });
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = Threads);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(NpgsqlFactory.Instance, connection);
                store.ProvisionSchema();
                store.UseClustering(_ => { });
            });
        }).BuildScheduler();
        await scheduler.Start();
        var due = time.GetUtcNow().AddSeconds((databases / 100) + 20);
        var triggers = Enumerable.Range(0, databases).ToDictionary(
            number => JobBuilder.Create<StormJob>().WithIdentity($"db-{number}").Build(),
            number => (IReadOnlyCollection<ITrigger>)[TriggerBuilder.Create().WithIdentity($"db-{number}").StartAt(due).Build()]);
        await scheduler.ScheduleJobs(triggers);
        if (time.GetUtcNow() > due)
        {
            throw new Support.MeasurementException("the triggers were not stored in time");
        }

        await Task.Delay(due - time.GetUtcNow(), time);
        for (var begun = time.GetTimestamp(); StormJob.Fired.Count < databases && time.GetElapsedTime(begun) < Patience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }

        var last = StormJob.Fired.Values.SelectMany(at => at).DefaultIfEmpty(due).Max();
        await scheduler.Shutdown(waitForJobsToComplete: false);
        return new StormSeen(last - due, databases - StormJob.Fired.Count, StormJob.Fired.Values.Count(at => at.Count > 1));
    }
}

/// <summary>Notes when it ran.</summary>
internal sealed class StormJob : IJob
{
    public static ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>> Fired { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        Fired.GetOrAdd(context.JobDetail.Key.Name, _ => []).Enqueue(TimeProvider.System.GetUtcNow());
        return ValueTask.CompletedTask;
    }
}
