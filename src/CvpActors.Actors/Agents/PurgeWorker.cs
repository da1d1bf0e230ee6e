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

        var result = dryRun && counted is not null ? counted : await purger.PurgeAsync(Database.Plan, dryRun, run, cancellation);
        return new Outcome(AttemptState.Succeeded) { Purge = result, Held = hold };
    }

    private PurgeHold? Judge(PurgeSurvey survey) => HoldJudgement.Judge(Database.Plan, survey, Run.Clock, Run.LetGo);
}
