using Npgsql;
using Quartz;

namespace CvpActors.Benchmarks.Failover;

/// <summary>The same job for Quartz.NET: as many steps of the same length, each noted in a table with who took it.</summary>
internal sealed class QuartzJob : IJob
{
    public const string Connection = "connection";

    /// <summary>Where the steps are noted; <c>run</c> is one execution, <c>at</c> the server's time.</summary>
    public const string Table = "CREATE TABLE step (run text NOT NULL, node text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(context.MergedJobDataMap.GetString(Connection));
        await connection.OpenAsync(CancellationToken.None);
        await using var note = new NpgsqlCommand("INSERT INTO step (run, node) VALUES ($1, $2)", connection)
        {
            Parameters = { new() { Value = context.FireInstanceId }, new() { Value = context.Scheduler.SchedulerInstanceId } },
        };
        for (var step = 0; step < Timing.JobSteps; step++)
        {
            await note.ExecuteNonQueryAsync(CancellationToken.None);
            await Task.Delay(Timing.JobStep, TimeProvider.System, CancellationToken.None);
        }
    }
}
