using System.Collections.Concurrent;
using System.Text.Json;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;
using CvpActors.Domain.Maintenance.Folding;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>What holds whatever happens: thousands of random sequences of commands, clocks and agents.</summary>
public class RandomRunTests
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    [Fact]
    public void There_are_never_two_holders() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is LockAcquired)
        {
            Assert.Null(t.Before.Lock);
        }
    });

    [Fact]
    public void A_held_lock_is_exactly_one_running_attempt() => RandomRun.SampleTransitions(t =>
    {
        var running = t.After.Attempts.Where(a => a.State == AttemptState.Running).Select(a => (a.Id, a.Token));
        Assert.Equal(t.After.Lock is { } held ? [(held.AttemptId, held.Token)] : [], running);
    });

    [Fact]
    public void Tokens_strictly_increase() => RandomRun.Sample(run =>
    {
        var tokens = run.Transitions.Where(t => t.Event is LockAcquired).Select(t => t.After.Lock!.Token).ToArray();
        Assert.Equal(tokens.Distinct().Order(), tokens);
    });

    [Fact]
    public void A_token_is_higher_than_any_that_an_agent_has_told_of() => RandomRun.Sample(run =>
    {
        var told = 0L;
        foreach (var step in run.Decisions)
        {
            told = step.Input.Fact is AgentReported report ? Math.Max(told, report.HighestToken) : told;
            Assert.All(step.Transitions.Where(t => t.Event is LockAcquired), t => Assert.True(t.After.Lock!.Token > told));
        }
    });

    [Fact]
    public void Nothing_starts_while_as_much_runs_as_may() => RandomRun.SampleSteps(step =>
    {
        if (step.Context.Slot.State != RunSlotState.Granted)
        {
            Assert.DoesNotContain(step.Events, e => e is LockAcquired);
        }
    });

    [Fact]
    public void A_lock_is_freed_only_for_the_token_that_holds_it() => RandomRun.SampleTransitions(t =>
    {
        if (t.Before.Lock is { } held && t.After.Lock is null)
        {
            Assert.Equal(held.Token, t.Event switch { LockReleased e => e.Token, LockCleared e => e.Token, _ => -1 });
        }
    });

    [Fact]
    public void A_lock_is_cleared_only_after_its_clearance_has_begun() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is LockCleared cleared)
        {
            Assert.Equal(cleared.Cause, t.Before.Lock?.Clearance?.Cause);
        }
    });

    [Fact]
    public void The_system_takes_the_lock_of_a_reachable_holder_only_when_its_agent_has_measured_the_age() => RandomRun.SampleSteps(step =>
    {
        if (step.Context.Agent.Contact != AgentContact.Unreachable && step.Events.Any(e => e is ClearanceBegun { Cause: ClearanceCause.MaxAge }))
        {
            Assert.True(Assert.IsType<AgentReported>(step.Input.Fact).RunningFor >= step.Policy.LockMaxAge);
        }
    });

    [Fact]
    public void On_demand_runs_start_or_are_refused_when_asked_for_and_never_again() => RandomRun.SampleSteps(step =>
    {
        foreach (var happened in step.Events)
        {
            if (happened is LockAcquired { Trigger: Trigger.OnDemand })
            {
                Assert.IsType<RequestRun>(step.Input.Command);
            }

            // What is refused is never an event.
            Assert.False(happened is AttemptBlocked { Trigger: Trigger.OnDemand });
        }
    });

    [Fact]
    public void On_demand_runs_neither_open_nor_change_nor_close_a_window() => RandomRun.SampleSteps(step =>
    {
        var onDemandEnds = step.Input.Fact is RunEnded or HolderFenced && step.Before.Lock is { Trigger: Trigger.OnDemand };
        if ((step.Input.Command is RequestRun || onDemandEnds) && !step.Events.Any(e => e is ClockSteppedBack))
        {
            Assert.Equal(step.Before.Backup.Window, step.After.Backup.Window);
            Assert.Equal(step.Before.Purge.Window, step.After.Purge.Window);
        }
    });

    [Fact]
    public void One_alert_is_raised_for_each_window_that_is_exhausted_or_missed_or_whose_run_failed_while_paused_and_for_nothing_else() => RandomRun.SampleSteps(step =>
    {
        foreach (var operation in Operations.Scheduled)
        {
            var ended = step.Events.Count(e =>
                e is WindowClosed { End: WindowEnd.Exhausted } w && w.Operation == operation || e is RunsMissed m && m.Operation == operation);
            var failedWhilePaused = step.Transitions.Count(t => t.Event is LockReleased or LockCleared
                && t.Before.Lock is { Trigger: Trigger.Scheduled, CancelRequested: false } held && held.Operation == operation
                && t.Before is { Pause: not null } && t.Before.Of(operation).Window is null
                && t.After.FindAttempt(held.AttemptId)?.State != AttemptState.Succeeded);
            Assert.Equal(ended + failedWhilePaused, step.Events.Count(e => e is AlertRaised a && a.Code == AlertCodes.GaveUp(operation)));
        }
    });

    [Fact]
    public void A_run_that_succeeds_by_schedule_leaves_no_alert_that_it_was_given_up() => RandomRun.SampleSteps(step =>
    {
        if (step.Before.Lock is { Trigger: Trigger.Scheduled } held
            && step.Events.Any(e => e is LockReleased { Outcome.State: AttemptState.Succeeded }))
        {
            Assert.DoesNotContain(step.After.Alerts, a => a.Code == AlertCodes.GaveUp(held.Operation) && a.ClearedAt is null);
            Assert.Null(step.After.Of(held.Operation).Window);
        }
    });

    [Fact]
    public void Replaying_the_events_gives_the_same_state() => RandomRun.Sample(run =>
    {
        var replayed = run.Events.Aggregate(DatabaseState.Initial, DatabaseFold.Apply);

        Assert.Equal(JsonSerializer.Serialize(run.State), JsonSerializer.Serialize(replayed));
        Assert.Equal(run.Events.LongCount(), replayed.Revision);
    });

    [Fact]
    public void The_same_state_command_and_context_give_the_same_decision() => RandomRun.SampleSteps(step =>
    {
        var (events, reply) = step.Input.Put(step.Before, step.Policy, step.Context);

        Assert.Equal(step.Events.Select(Comparable), events.Select(Comparable));
        Assert.Equal(step.Reply, reply);

        // An array in a record is compared by what holds it.
        static object Comparable(IDatabaseEvent happened) =>
            happened is HeldPurgeLetGo letGo ? (letGo with { Keys = [] }, string.Join('|', letGo.Keys)) : happened;
    });

    [Fact]
    public void Events_never_go_back_in_time_but_for_a_recorded_step_of_the_clock() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is ClockSteppedBack step)
        {
            Assert.True(step.From >= t.Before.Watermark);
            Assert.True(step.From - step.At > ClockTolerance);
        }
        else
        {
            Assert.True(t.Event.At >= t.Before.Watermark);
        }
    });

    [Fact]
    public void No_event_is_dated_later_than_a_clock_has_shown() => RandomRun.SampleSteps(step =>
    {
        var shown = step.Context.Now > step.Before.Watermark ? step.Context.Now : step.Before.Watermark;
        Assert.All(step.Events, e => Assert.True(e.At <= shown));
    });

    [Fact]
    public void A_tick_whose_clock_ran_backwards_records_that_and_decides_nothing() => RandomRun.SampleSteps(step =>
    {
        if (step.Input.Fact is TimePassed && step.Before.Watermark - step.Context.Now > ClockTolerance)
        {
            Assert.IsType<ClockSteppedBack>(step.Events[0]);
            Assert.All(step.Events.Skip(1), e => Assert.Equal(AlertCodes.ClockSkew, Assert.IsType<AlertRaised>(e).Code));
        }
    });

    [Fact]
    public void A_step_of_the_clock_leaves_what_remains_of_windows_and_the_age_of_the_lock_as_they_were() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is ClockSteppedBack { From: var from })
        {
            Assert.Equal(from - t.Before.Lock?.AcquiredAt, t.After.Watermark - t.After.Lock?.AcquiredAt);
            foreach (var operation in Operations.Scheduled)
            {
                var (before, after) = (t.Before.Of(operation).Window, t.After.Of(operation).Window);
                Assert.Equal(before?.Deadline - from, after?.Deadline - t.After.Watermark);
                Assert.Equal(before?.NextAttemptAt - from, after?.NextAttemptAt - t.After.Watermark);
                Assert.Equal(before?.Tries, after?.Tries);
            }
        }
    });

    [Fact]
    public void A_window_that_is_ticked_never_waits_beyond_its_deadline() => RandomRun.SampleSteps(step =>
    {
        if (step.Input.Fact is not TimePassed || step.Context.Agent.Contact == AgentContact.Awaited || step.Events.Any(e => e is ClockSteppedBack))
        {
            return;
        }

        foreach (var operation in Operations.Scheduled)
        {
            if (step.After.Of(operation).Window is { NextAttemptAt: { } next } window)
            {
                var waits = step.Context.Slot.State == RunSlotState.Waiting && step.Context.Now <= window.Deadline + step.Policy.Of(operation).Retry.Grace;
                Assert.True(next > step.Context.Now || waits, $"{operation} still waits for {next:u} at {step.Context.Now:u}");
                Assert.True(next <= window.Deadline);
            }
        }
    });

    [Fact]
    public void A_window_has_a_next_try_or_its_own_scheduled_run_is_under_way() => RandomRun.SampleSteps(step =>
    {
        foreach (var operation in Operations.Scheduled)
        {
            if (step.After.Of(operation).Window is { } window)
            {
                Assert.Equal(window.NextAttemptAt is null, step.After.ScheduledRunUnderWay(operation));
            }
        }
    });

    [Fact]
    public void A_window_has_no_more_tries_than_fit_on_its_grid() => RandomRun.SampleTransitions(t =>
    {
        foreach (var operation in Operations.Scheduled)
        {
            if (t.After.Of(operation).Window is { } window)
            {
                Assert.InRange(window.Tries, 0, ((window.Deadline - window.DueAt).Ticks / window.Interval.Ticks) + 1);
            }
        }
    });

    [Fact]
    public void A_window_is_opened_where_there_is_none_and_renewed_where_there_is_one_or_its_run_is_under_way() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is WindowOpened opened)
        {
            Assert.Null(t.Before.Of(opened.Operation).Window);
            Assert.False(t.Before.ScheduledRunUnderWay(opened.Operation));
        }
        else if (t.Event is WindowRenewed renewed)
        {
            Assert.True(t.Before.Of(renewed.Operation).Window is not null || t.Before.ScheduledRunUnderWay(renewed.Operation));
        }
    });

    [Fact]
    public void Nothing_is_due_or_tried_by_schedule_in_a_pause() => RandomRun.SampleTransitions(t =>
    {
        if (t.Before.Pause is not null)
        {
            Assert.False(t.Event is WindowOpened or WindowRenewed or RunsMissed
                or LockAcquired { Trigger: Trigger.Scheduled } or AttemptBlocked { Trigger: Trigger.Scheduled }, t.Event.ToString());
        }
    });

    [Fact]
    public void A_tick_before_the_moment_that_is_waited_for_decides_nothing() => RandomRun.SampleSteps(step =>
    {
        var now = step.Context.Now > step.After.Watermark ? step.Context.Now : step.After.Watermark;
        var next = DatabaseDecider.NextWakeAt(step.After, step.Policy, step.Context.Slot) ?? now.AddYears(1);
        if (step.Context.Agent.Contact == AgentContact.Connected && next > now)
        {
            var early = new DecisionContext(next.AddTicks(-1), step.Context.Agent, step.Context.Slot);
            Assert.Empty(DatabaseDecider.Integrate(step.After, step.Policy, new TimePassed(), early));
        }
    });

    [Fact]
    public void After_a_tick_nothing_is_waited_for_that_has_already_come_but_an_answer_about_the_age_of_the_lock() => RandomRun.SampleSteps(step =>
    {
        if (step.Input.Fact is TimePassed && step.Context.Agent.Contact == AgentContact.Connected && !step.Events.Any(e => e is ClockSteppedBack))
        {
            var next = DatabaseDecider.NextWakeAt(step.After, step.Policy, step.Context.Slot);
            Assert.True(
                next is null || next > step.Context.Now || DatabaseDecider.LockAgeIsDue(step.After, step.Policy, step.Context.Now),
                $"at {step.Context.Now:u} {next:u} is still waited for");
        }
    });

    [Fact]
    public void A_key_that_is_remembered_starts_no_second_run() => RandomRun.SampleTransitions(t =>
    {
        if (t.Event is LockAcquired { RequestKey: { } key } acquired)
        {
            Assert.DoesNotContain(t.Before.Attempts, a => a.RequestKey == key && a.Operation == acquired.Operation);
        }
    });

    [Fact]
    public void The_history_stays_bounded_and_never_loses_the_running_attempt() => RandomRun.SampleTransitions(t =>
    {
        Assert.True(t.After.Attempts.Count <= DatabaseState.KeptAttempts);
        Assert.True(t.After.Lock is null || t.After.FindAttempt(t.After.Lock.AttemptId) is not null);
    });

    [Fact]
    public void Every_remote_that_was_ever_configured_is_remembered_once() => RandomRun.Sample(run =>
    {
        var named = run.Decisions.Where(s => s.Input.Fact is SchedulesConfigured).SelectMany(s => s.Policy.Remotes).ToHashSet();
        Assert.Equal(named.Order(StringComparer.Ordinal), (run.State.Remotes ?? []).Order(StringComparer.Ordinal));
        Assert.Equal(run.Decisions.Any(s => s.Input.Fact is SchedulesConfigured && s.Policy.HasDrills), run.State.HasHadDrills);
    });

    [Fact]
    public void A_held_purge_is_alerted_until_it_is_let_go_or_one_has_succeeded() => RandomRun.Sample(run =>
    {
        foreach (var step in run.Decisions.Where(s => s.After.HeldPurge is not null || s.Before.HeldPurge is not null))
        {
            Assert.Equal(step.After.HeldPurge is not null, step.After.Alerts.Any(a => a.Code == AlertCodes.PurgeHeld && a.ClearedAt is null));
            if (step.After.HeldPurge is null)
            {
                // A run that was held by nothing but what had been let go meanwhile did not find again what held the one before.
                Assert.Contains(step.Events, e => e is HeldPurgeLetGo or DatabaseRetired or LockReleased { Outcome.State: AttemptState.Succeeded }
                    || (e is LockReleased { Outcome.Held: { } hold } && hold.Reasons.All(reason => step.Before.LetGo?.Contains(reason.Key) == true)));
            }
        }
    });

    [Fact]
    public void An_operation_is_alerted_once_when_its_time_without_a_success_is_over_and_until_it_succeeds() => RandomRun.Sample(run =>
    {
        foreach (var step in run.Decisions)
        {
            foreach (var operation in Operations.Scheduled)
            {
                var open = step.After.Alerts.Count(a => a.Code == AlertCodes.Overdue(operation) && a.ClearedAt is null);
                var dueAt = step.After.Of(operation).ExpectedSince + step.Policy.Of(operation).ExpectedWithin;
                Assert.True(open <= 1);
                Assert.False(open == 1 && !(dueAt <= step.After.Watermark), $"{operation} is alerted before {dueAt:u}");
                if (step.Input.Fact is TimePassed && !step.Events.Any(e => e is ClockSteppedBack) && step.Context.Agent.Contact != AgentContact.Awaited)
                {
                    Assert.Equal(dueAt <= (step.Context.Now > step.Before.Watermark ? step.Context.Now : step.Before.Watermark), open == 1);
                }

                if (step.Events.Any(e => e is LockReleased { Outcome.State: AttemptState.Succeeded }) && step.Before.Lock is { DryRun: false } ended && ended.Operation == operation)
                {
                    Assert.Equal(0, open);
                }
            }
        }
    });

    [Fact]
    public void A_retired_database_has_no_schedule_and_no_window_and_nothing_is_alerted_of_it_but_clocks() => RandomRun.SampleSteps(step =>
    {
        if (step.After.Retired is not null)
        {
            Assert.All(new[] { step.After.Backup, step.After.Purge }, operation => Assert.Equal((null, null), (operation.Schedule, operation.Window)));
            Assert.All(step.After.Alerts, alert => Assert.True(alert.ClearedAt is not null || alert.Code == AlertCodes.ClockSkew, alert.Code));
            Assert.False(step.Transitions.Any(t => t.Before.Retired is not null && t.Event is LockAcquired { Trigger: Trigger.Scheduled } or WindowOpened));
        }
    });

    [Fact]
    public void Only_what_nobody_serves_and_nothing_holds_is_retired_and_who_serves_it_again_has_its_schedules() => RandomRun.SampleSteps(step =>
    {
        foreach (var retiring in step.Transitions.Where(t => t.Event is DatabaseRetired))
        {
            Assert.NotEqual(AgentContact.Connected, step.Context.Agent.Contact);
            Assert.Null(retiring.Before.Lock);
        }

        if (step.Events.Any(e => e is ServedAgain) && step.After.Retired is null)
        {
            Assert.Equal((step.Policy.Backup.Schedule?.Text, step.Policy.Purge.Schedule?.Text), (step.After.Backup.Schedule, step.After.Purge.Schedule));
        }
    });

    [Fact]
    public void The_random_runs_reach_every_event_ending_alert_and_reply()
    {
        var seen = new ConcurrentDictionary<string, int>();
        RandomRun.Sample(
            run =>
            {
                foreach (var step in run.Decisions)
                {
                    Count(seen, step.Reply?.GetType().Name);
                    foreach (var happened in step.Events)
                    {
                        Count(seen, happened.GetType().Name);
                        Count(seen, happened switch
                        {
                            WindowClosed e => $"{e.Operation} {e.End}",
                            LockReleased e => $"released {e.Outcome.State}",
                            LockCleared e => $"cleared {e.Cause}",
                            AlertRaised e => e.Code,
                            WindowRenewed e when step.Before.ScheduledRunUnderWay(e.Operation) => "renewed under way",
                            _ => null,
                        });
                    }
                }
            },
            runs: 3000);

        var events = typeof(IDatabaseEvent).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IDatabaseEvent)) && !t.IsInterface).Select(t => t.Name);

        // Those about shipments and drills are not the decider's: they are decided on by themselves.
        var replies = typeof(DatabaseReply).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DatabaseReply))).Select(t => t.Name)
            .Except([nameof(ShipmentsRequested), nameof(NothingToShip), nameof(DrillGranted)]);
        var ends = Operations.Scheduled.SelectMany(o => Enum.GetValues<WindowEnd>().Select(end => $"{o} {end}"));
        string[] rest =
        [
            "released Succeeded", "released Failed", "released Lost", "released Cancelled", "cleared MaxAge", "cleared Operator",
            AlertCodes.BackupFailed, AlertCodes.PurgeFailed, AlertCodes.ClockSkew, AlertCodes.LockCleared, AlertCodes.PurgeHeld, AlertCodes.BackupOverdue, AlertCodes.PurgeOverdue, "renewed under way",
        ];
        Assert.All([.. events, .. replies, .. ends, .. rest], name => Assert.True(seen.GetValueOrDefault(name) >= 20, $"{name}: {seen.GetValueOrDefault(name)}"));
    }

    private static void Count(ConcurrentDictionary<string, int> seen, string? name)
    {
        if (name is not null)
        {
            seen.AddOrUpdate(name, 1, (_, n) => n + 1);
        }
    }
}
