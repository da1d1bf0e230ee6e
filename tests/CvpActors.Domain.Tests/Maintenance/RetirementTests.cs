using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>A database that no agent serves any more ends; one that is served again comes back.</summary>
public class RetirementTests
{
    private static readonly DateTimeOffset T = Scenario.Due;

    [Fact]
    public void A_database_that_is_served_is_not_retired()
    {
        var night = new Scenario(backup: TestSchedule.Nightly);

        Assert.Contains("reporting-1 serves reporting", Assert.IsType<NotPossible>(night.Do(new RetireDatabase("sold"))).Reason, StringComparison.Ordinal);
        Assert.Null(night.State.Retired);
    }

    [Fact]
    public void While_nobody_knows_whether_it_is_served_nothing_is_decided()
    {
        var night = new Scenario { Agent = AgentPresence.Awaited };

        Assert.True(Assert.IsType<AgentMissing>(night.Do(new RetireDatabase("sold"))).Awaited);
        Assert.Null(night.State.Retired);
    }

    [Fact]
    public void A_database_whose_lock_is_held_is_not_retired_until_that_has_been_settled()
    {
        var night = new Scenario();
        night.Request(Operation.Backup);
        night.LoseAgent();

        Assert.Contains("holds the lock", Assert.IsType<NotPossible>(night.Do(new RetireDatabase("sold"))).Reason, StringComparison.Ordinal);
        night.Do(new TakenOutOfConfiguration());
        Assert.Null(night.State.Retired);
    }

    [Fact]
    public void Retired_it_has_no_schedules_no_windows_and_no_open_alerts_and_keeps_its_history()
    {
        var night = GivenUp();
        Assert.Equal(AlertCodes.BackupFailed, Assert.Single(night.OpenAlerts).Code);
        var attempts = night.State.Attempts;

        Assert.IsType<Accepted>(night.Do(new RetireDatabase("sold")));

        Assert.Equal(("sold", true), (night.State.Retired!.Reason, night.State.Retired.Removed));
        Assert.Empty(night.OpenAlerts);
        Assert.Equal((null, null), (night.State.Backup.Window, night.State.Backup.Schedule));
        Assert.Equal(attempts, night.State.Attempts);
        var events = night.Events.Count;
        night.Do(new SchedulesConfigured());
        night.RunUntil(T.AddDays(7));
        Assert.Equal(events, night.Events.Count);
        Assert.Contains("was retired", Assert.IsType<NotThere>(night.Do(new RetireDatabase("again"))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_serves_it_again_brings_it_back_and_nothing_was_missed()
    {
        var night = GivenUp();
        night.Do(new RetireDatabase("sold"));
        night.Now = T.AddDays(7).AddHours(-1);
        night.FindAgent();

        night.Do(new AgentReported(night.State.Revision, null, TimeSpan.Zero, []));

        Assert.Null(night.State.Retired);
        Assert.Equal(TestSchedule.Nightly.Text, night.State.Backup.Schedule);
        night.RunUntil(T.AddDays(7));
        Assert.Equal(Trigger.Scheduled, night.Lock.Trigger);
        Assert.Empty(night.All<RunsMissed>());
        Assert.Empty(night.OpenAlerts);
    }

    [Fact]
    public void Without_an_agent_it_is_retired_after_the_time_that_is_configured_counted_over_restarts_and_is_still_shown()
    {
        var night = new Scenario { Now = T };
        night.Policy = night.Policy with { RetireAfter = TimeSpan.FromDays(2) };
        Silent(night, TimeSpan.FromMinutes(9)).TickAt(T);
        Assert.Null(night.State.UnservedSince);

        Silent(night, TimeSpan.FromMinutes(10)).TickAt(T.AddMinutes(1));
        Assert.Equal(T.AddMinutes(-9), night.State.UnservedSince);

        // A coordinator that begins anew has been waiting for a moment only.
        Silent(night, TimeSpan.FromSeconds(20));
        Assert.Equal(T.AddMinutes(-9).AddDays(2), DatabaseDecider.NextWakeAt(night.State, night.Policy));
        night.TickAt(T.AddMinutes(-9).AddDays(2).AddTicks(-1));
        Assert.Null(night.State.Retired);
        night.TickAt(T.AddMinutes(-9).AddDays(2));

        Assert.False(night.State.Retired!.Removed);
        Assert.Contains("no agent has served it since", night.State.Retired.Reason, StringComparison.Ordinal);
        Assert.IsType<Accepted>(night.Do(new RetireDatabase("sold")));
        Assert.True(night.State.Retired.Removed);
    }

    [Fact]
    public void An_agent_that_comes_back_in_time_starts_the_count_anew()
    {
        var night = new Scenario { Now = T };
        Silent(night, TimeSpan.FromHours(1)).TickAt(T);
        night.FindAgent();

        night.Do(new AgentReported(0, null, TimeSpan.Zero, []));

        Assert.Null(night.State.UnservedSince);
        Assert.Null(DatabaseDecider.NextWakeAt(night.State, night.Policy));
    }

    [Fact]
    public void What_the_only_node_has_no_longer_in_its_configuration_is_retired_at_once()
    {
        var night = GivenUp();
        night.Agent = AgentPresence.Awaited;

        night.Do(new TakenOutOfConfiguration());

        Assert.True(night.State.Retired!.Removed);
        Assert.Empty(night.OpenAlerts);
        Assert.Single(night.All<DatabaseRetired>());
        night.Do(new TakenOutOfConfiguration());
        Assert.Single(night.All<DatabaseRetired>());
    }

    /// <summary>A night whose backup was given up, and whose agent is gone.</summary>
    private static Scenario GivenUp()
    {
        var night = new Scenario(backup: TestSchedule.Nightly).RunUntil(T);
        for (var now = T; night.State.Lock is not null || night.State.Backup.Window is not null; now = now.AddMinutes(10))
        {
            night.TickAt(now);
            if (night.State.Lock is not null)
            {
                night.EndRun(AttemptState.Failed, "no luck");
            }
        }

        night.LoseAgent();
        return night;
    }

    private static Scenario Silent(Scenario night, TimeSpan silentFor)
    {
        night.LoseAgent();
        night.Agent = night.Agent with { SilentFor = silentFor };
        return night;
    }
}
