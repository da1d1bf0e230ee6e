using CvpActors.Domain.Alerts;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Drills.Deciding;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Drills;

/// <summary>When drills begin, and what is alerted of them.</summary>
public sealed class DrillDeciderTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 1, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Due = Start.AddHours(11);
    private static readonly DrillOutcome Proof = new(Error: null) { Generation = 7, RestoreTook = TimeSpan.FromSeconds(3), Bytes = 4096, Rows = 20 };

    private DrillPolicy _policy = new("reporting", "old", new TestSchedule(Due, TimeSpan.FromDays(7)), ExpectedWithin: null);
    private DrillState _state = DrillState.Initial;
    private AgentPresence _agent = AgentPresence.On("site-a-1");
    private DateTimeOffset _now = Start;
    private bool _paused;

    public DrillDeciderTests() => TickAt(Start);

    [Fact]
    public void A_drill_begins_when_it_is_due_and_not_before()
    {
        Assert.Null(TickAt(Due.AddSeconds(-1)).UnderWay);

        var underWay = TickAt(Due).UnderWay!;
        Assert.Equal((Trigger.Scheduled, "old", Due), (underWay.Trigger, underWay.Source, underWay.Since));
        End(Proof);
        Assert.Null(TickAt(Due.AddHours(1)).UnderWay);
        Assert.Equal(Due.AddDays(7), DrillDecider.NextWakeAt(_state, _policy));
    }

    [Fact]
    public void What_is_due_waits_for_the_agent_for_some_hours_and_is_then_passed_over()
    {
        _agent = new AgentPresence(AgentContact.Unreachable, "site-a-1");
        Assert.Null(TickAt(Due.AddHours(4)).UnderWay);
        _agent = AgentPresence.On("site-a-1");
        Assert.NotNull(TickAt(Due.AddHours(4)).UnderWay);
        End(Proof);

        _agent = new AgentPresence(AgentContact.Unreachable, "site-a-1");
        TickAt(Due.AddDays(7).AddHours(4).AddSeconds(1));
        _agent = AgentPresence.On("site-a-1");
        Assert.Null(TickAt(Due.AddDays(7).AddHours(5)).UnderWay);
    }

    [Fact]
    public void What_falls_due_while_one_is_under_way_or_schedules_are_paused_is_passed_over()
    {
        var first = TickAt(Due).UnderWay;
        Assert.Equal(first, TickAt(Due.AddDays(7)).UnderWay);
        End(Proof);
        Assert.Null(TickAt(Due.AddDays(7).AddHours(1)).UnderWay);

        _paused = true;
        Assert.Null(TickAt(Due.AddDays(14)).UnderWay);
        _paused = false;
        Assert.Null(TickAt(Due.AddDays(14).AddHours(1)).UnderWay);
        Assert.NotNull(TickAt(Due.AddDays(21)).UnderWay);
    }

    [Fact]
    public void One_on_demand_is_granted_once_for_a_key_and_refused_beside_another()
    {
        var granted = Assert.IsType<DrillGranted>(Ask("key"));
        Assert.Equal(_state.UnderWay!.AttemptId, granted.AttemptId);
        Assert.Equal(granted, Ask("key"));
        Assert.Contains(granted.AttemptId, Assert.IsType<NotPossible>(Ask("other")).Reason, StringComparison.Ordinal);

        End(Proof);
        Assert.Equal(granted, Ask("key"));
        Assert.NotEqual(granted, Ask("other"));
    }

    [Fact]
    public void One_on_demand_needs_the_agent_and_a_configuration()
    {
        _agent = new AgentPresence(AgentContact.Unreachable, "site-a-1");
        Assert.IsType<AgentMissing>(Ask());
        _policy = _policy with { From = null };
        Assert.IsType<NotPossible>(Ask());
    }

    [Fact]
    public void A_failure_is_alerted_once_and_cleared_by_a_success()
    {
        TickAt(Due);
        End(new DrillOutcome("it is damaged") { Generation = 7 });
        Assert.Null(_state.Proven);
        var alert = Assert.Single(Open());
        Assert.Equal(AlertCodes.DrillFailed, alert.Code);
        Assert.Contains("generation 7 (old) could not be proven to be restorable: it is damaged.", alert.Text, StringComparison.Ordinal);

        Ask();
        End(new DrillOutcome("again"));
        Assert.Single(_state.Alerts);
        Ask();
        End(Proof);
        Assert.Empty(Open());
        Assert.Equal((7L, _now), (_state.Proven!.Outcome.Generation!.Value, _state.Proven.EndedAt));
    }

    [Fact]
    public void A_database_without_a_success_for_twice_the_time_between_two_is_alerted_whatever_the_cause()
    {
        _agent = new AgentPresence(AgentContact.Unreachable, "site-a-1");
        Assert.Empty(Open(TickAt(Start.AddDays(14).AddSeconds(-1))));
        var alert = Assert.Single(Open(TickAt(Start.AddDays(14))));
        Assert.Equal(AlertCodes.DrillOverdue, alert.Code);
        Assert.Contains("No drill of reporting has ever succeeded", alert.Text, StringComparison.Ordinal);
        Assert.Contains("Its agent cannot be reached.", alert.Text, StringComparison.Ordinal);
        TickAt(Start.AddDays(15));
        Assert.Single(_state.Alerts);

        _agent = AgentPresence.On("site-a-1");
        Ask();
        End(Proof);
        Assert.Empty(Open());
        Assert.Empty(Open(TickAt(_now.AddDays(14).AddSeconds(-1))));
    }

    [Fact]
    public void What_is_expected_is_what_is_configured_and_without_a_schedule_nothing_is()
    {
        Assert.Equal(Start.AddDays(2), (_policy with { ExpectedWithin = TimeSpan.FromDays(2) }).OverdueAt(Start));
        Assert.Null((_policy with { Schedule = null }).OverdueAt(Start));
        Assert.Null((_policy with { From = null }).OverdueAt(Start));
    }

    [Fact]
    public void Drills_that_leave_the_configuration_take_their_alerts_with_them()
    {
        TickAt(Due);
        End(new DrillOutcome("it is damaged"));
        _policy = _policy with { From = null, Schedule = null };
        Assert.Empty(Open(TickAt(Due.AddHours(1))));
        Assert.Null(DrillDecider.NextWakeAt(_state, _policy));
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_nothing_due_twice_and_nothing_overdue()
    {
        TickAt(Due);
        End(Proof);
        _now = Due.AddHours(-5);
        Assert.Null(TickAt(_now).UnderWay);
        Assert.Equal(_now, _state.Proven!.EndedAt);
    }

    [Fact]
    public void What_the_end_of_another_drill_says_changes_nothing()
    {
        TickAt(Due);
        Take(new DrillEndTold("drill-99", Proof));
        Assert.NotNull(_state.UnderWay);
        Assert.Null(_state.Proven);
    }

    private DrillState TickAt(DateTimeOffset now)
    {
        _now = now;
        return Take(new DrillTimePassed());
    }

    private void End(DrillOutcome outcome) => Take(new DrillEndTold(_state.UnderWay!.AttemptId, outcome));

    private DrillState Take(DrillFact fact)
    {
        _state = DrillDecider.Integrate(_state, _policy, fact, Context).Aggregate(_state, DrillFold.Apply);
        return _state;
    }

    private DatabaseReply Ask(string? key = null)
    {
        var (events, reply) = DrillDecider.Request(_state, _policy, key, Context);
        _state = events.Aggregate(_state, DrillFold.Apply);
        return reply;
    }

    private DrillContext Context => new(_now, _agent, _paused);

    private IEnumerable<Alert> Open(DrillState? state = null) => (state ?? _state).Alerts.Where(a => a.ClearedAt is null);
}
