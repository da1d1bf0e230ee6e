using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Sqlite;

/// <summary>A dry run that purges a copy of the database, beside it, and removes the copy. It needs room for one database more while it lasts.</summary>
internal static class PurgeTrial
{
    private const string Suffix = ".dry-run";

    /// <exception cref="PurgeStoppedException">The copy could not be made or purged.</exception>
    public static async Task<PurgeResult> RunAsync(
        SqliteOptions options, TimeProvider time, PurgePlan plan, RunContext run, DateTimeOffset now, CancellationToken cancellation)
    {
        var path = options.FullPath + Suffix;
        Remove(path);
        try
        {
            SqliteDump.Run(options, path, run with { Progress = NoProgress.Instance }, cancellation);
            return (await new SqlitePurge(options with { Path = path }, time, plan, dryRun: false, run, now).RunAsync(cancellation)) with { DryRun = true };
        }
        catch (PurgeStoppedException stopped)
        {
            // The copy's name means nothing to anybody, and what was deleted from it has not been deleted.
            var cause = stopped.InnerException is SqliteDatabaseException e ? new SqliteDatabaseException(e.Message.Replace(path, options.FullPath, StringComparison.Ordinal), e) : stopped.InnerException!;
            throw new PurgeStoppedException(stopped.DeletedSoFar with { DryRun = true }, cause);
        }
        finally
        {
            Remove(path);
        }
    }

    private static void Remove(string path)
    {
        foreach (var suffix in new[] { "", "-journal", "-wal", "-shm" })
        {
            File.Delete(path + suffix);
        }
    }
}
