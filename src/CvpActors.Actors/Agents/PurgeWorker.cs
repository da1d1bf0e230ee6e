using Akka.Actor;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Agents;

/// <summary>Makes one purge, or counts what it would delete. One that may go by a wrong clock, or that would empty a category, is held.</summary>
public sealed class PurgeWorker(MaintainedDatabase database, RunContext run, bool dryRun, TimeProvider time) : Worker(database, run)
{
    /// <summary>How to create the worker of one run.</summary>
    public static Props Props(MaintainedDatabase database, RunContext run, bool dryRun, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new PurgeWorker(database, run, dryRun, time));

    /// <inheritdoc/>
    protected override async Task<Outcome> WorkAsync(CancellationToken cancellation)
    {
        var purger = Database.Purger ?? throw new ReportingDatabaseException($"{Database.Engine.Name} only dumps: it has no way to purge {Database.Id}");

        // Judged and purged by the same moment, or a row could grow old between the two.
        var run = Run with { GrantedAt = Run.RetentionCountsFrom(time.GetUtcNow()) };
        var survey = await purger.SurveyAsync(Database.Plan, run.GrantedAt.Value, cancellation);
        var hold = Judge(survey);
        PurgeResult? counted = null;
        if (hold is not null && HoldJudgement.IsAboutEmptying(hold))
        {
            // Rows that others refer to stay. They are not easily seen from afar: so they are counted as the purge itself would.
            counted = await purger.PurgeAsync(Database.Plan, dryRun: true, dryRun ? run : run with { Progress = NoProgress.Instance }, cancellation);
            hold = Judge(survey.Counted(counted));
        }

        if (hold is not null && !dryRun)
        {
            return new Outcome(AttemptState.Failed, $"it is held, and nothing was deleted. {hold.InWords().TrimEnd('.')}") { Held = hold, Purge = new PurgeResult(dryRun, []) };
        }

        var result = dryRun ? counted ?? await purger.PurgeAsync(Database.Plan, dryRun, run, cancellation) : await PurgeOnRecordAsync(purger, run, cancellation);
        return new Outcome(AttemptState.Succeeded) { Purge = result, Held = hold };
    }

    /// <summary>How far it goes is on record before the first row does: a restore must know it, also of a purge that was killed.</summary>
    private async Task<PurgeResult> PurgeOnRecordAsync(IPurger purger, RunContext run, CancellationToken cancellation)
    {
        var done = PurgedUpTo.Nothing;
        try
        {
            Database.PurgeRecord?.Begin(done.With(Database.Plan.Categories.Select(c => new CategoryCutoff(c.Name, run.GrantedAt!.Value - c.Retain))));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ReportingDatabaseException($"nothing was deleted, since it cannot be kept on record: {cause.Message}", cause);
        }

        try
        {
            var result = await purger.PurgeAsync(Database.Plan, dryRun: false, run, cancellation);
            done = done.With(result, succeeded: true);
            return result;
        }
        catch (PurgeStoppedException stopped)
        {
            done = done.With(stopped.DeletedSoFar, succeeded: false);
            throw;
        }
        finally
        {
            Database.PurgeRecord?.Ended(done);
        }
    }

    private PurgeHold? Judge(PurgeSurvey survey) => HoldJudgement.Judge(Database.Plan, survey, Run.Clock, Run.LetGo);
}
