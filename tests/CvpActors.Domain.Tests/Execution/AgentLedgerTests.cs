using CvpActors.Domain.Agents;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Tests.Execution;

public class AgentLedgerTests
{
    private static readonly LedgerRun Run = new("backup-7", Operation.Backup, 7, Scenario.Due);

    [Fact]
    public void A_started_run_raises_the_highest_token_and_is_remembered()
    {
        var ledger = AgentLedger.Empty.Started(Run);

        Assert.Equal((7, Run), (ledger.HighestToken, ledger.Running));
    }

    [Fact]
    public void The_highest_token_never_goes_down() =>
        Assert.Equal(9, (AgentLedger.Empty with { HighestToken = 9 }).Started(Run).HighestToken);

    [Fact]
    public void An_ended_run_is_reported_until_it_is_acknowledged()
    {
        var ledger = AgentLedger.Empty.Started(Run).Ended(Report(7, AttemptState.Succeeded));
        Assert.Null(ledger.Running);
        Assert.Equal(7, Assert.Single(ledger.Unreported).Token);

        Assert.Single(ledger.Acknowledged(6).Unreported);
        Assert.Empty(ledger.Acknowledged(7).Unreported);
        Assert.Equal(7, ledger.Acknowledged(7).HighestToken);
    }

    [Fact]
    public void A_run_that_ends_twice_is_reported_once_with_its_latest_outcome()
    {
        var ledger = AgentLedger.Empty.Started(Run).Ended(Report(7, AttemptState.Cancelled)).Ended(Report(7, AttemptState.Failed));

        Assert.Equal(AttemptState.Failed, Assert.Single(ledger.Unreported).Outcome.State);
    }

    [Fact]
    public void The_outcome_of_an_older_run_leaves_the_running_one_alone()
    {
        var ledger = AgentLedger.Empty.Started(Run).Ended(Report(5, AttemptState.Failed));

        Assert.Equal(Run, ledger.Running);
    }

    [Fact]
    public void A_run_under_way_when_the_process_died_is_lost_and_that_is_reported()
    {
        var ledger = AgentLedger.Empty.Started(Run).AfterCrash();

        Assert.Null(ledger.Running);
        var report = Assert.Single(ledger.Unreported);
        Assert.Equal((7, "backup-7", AttemptState.Lost), (report.Token, report.AttemptId, report.Outcome.State));
    }

    [Fact]
    public void A_crash_while_nothing_ran_changes_nothing()
    {
        var ledger = AgentLedger.Empty.Started(Run).Ended(Report(7, AttemptState.Succeeded));

        Assert.Equal(ledger, ledger.AfterCrash());
    }

    private static RunReport Report(long token, AttemptState state) => new(token, $"backup-{token}", new Outcome(state));
}
