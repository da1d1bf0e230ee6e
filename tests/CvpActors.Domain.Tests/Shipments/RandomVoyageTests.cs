using CsCheck;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Shipments;

namespace CvpActors.Domain.Tests.Shipments;

/// <summary>What holds whatever happens: thousands of random sequences of generations, failures, requests, clocks and configurations.</summary>
public sealed class RandomVoyageTests
{
    private enum Happening
    {
        TimePasses,
        NextWakeComes,
        AnotherBecomesOld,
        OldIsGone,
        OldIsTold,
        Arrives,
        Fails,
        LateVerification,
        LateFailure,
        Requested,
        AgentLeaves,
        AgentComes,
        RemoteLeaves,
        RemoteComes,
        RaisedTakenOver,
        ClearedTakenOver,
    }

    private static readonly Gen<TimeSpan> Steps = Gen.Frequency(
        (20, Gen.Const(TimeSpan.Zero)),
        (30, Gen.Int[1, 900].Select(s => TimeSpan.FromSeconds(s))),
        (10, Gen.Int[1, 40].Select(h => TimeSpan.FromHours(h))),
        (4, Gen.Int[1, 60].Select(s => TimeSpan.FromSeconds(-s))),
        (2, Gen.Int[61, 200_000].Select(s => TimeSpan.FromSeconds(-s))));

    private static readonly Gen<(Happening What, TimeSpan Step, int Choice)[]> Plans =
        Gen.Select(Gen.Enum<Happening>(), Steps, Gen.Int[0, 99], (what, step, choice) => (what, step, choice)).Array[5, 100];

    [Fact]
    public void The_moves_reach_what_they_are_meant_to()
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<Type, bool>();
        Sample(voyage => voyage.Events.ToList().ForEach(e => seen[e.GetType()] = true));

        Assert.Equal(
            typeof(IShipmentEvent).Assembly.GetTypes().Where(t => t.IsClass && typeof(IShipmentEvent).IsAssignableFrom(t)).Select(t => t.Name).Order(),
            seen.Keys.Select(t => t.Name).Order());
    }

    [Fact]
    public void At_most_one_shipment_is_under_way_and_it_ends_only_by_its_own_report_or_when_the_remote_leaves() => SampleSteps(step =>
    {
        Assert.True(step.Events.OfType<ShipmentOrdered>().Count() <= 1);
        if (step.Before.UnderWay is { } before && (step.After.UnderWay is not { } after || after.Generation != before.Generation || after.Sha256 != before.Sha256))
        {
            Assert.True(step.Events.Any(e => e is RemoteDropped) || step.Fact switch
            {
                VerificationTold v => (v.Generation, v.Sha256) == (before.Generation, before.Sha256),
                FailureTold f => (f.Generation, f.Sha256) == (before.Generation, before.Sha256),
                _ => false,
            });
        }
    });

    [Fact]
    public void Only_the_old_file_is_ever_ordered_and_only_while_the_agent_is_there_and_the_remote_configured() => SampleSteps(step =>
    {
        foreach (var order in step.Events.OfType<ShipmentOrdered>())
        {
            Assert.True(step.After.Old?.Is(order.Generation, order.Sha256));
            Assert.True(step.Context.AgentIsPresent && step.Policy.OverdueAfter is not null);
        }
    });

    [Fact]
    public void What_is_old_and_not_verified_is_on_its_way_or_has_its_next_moment_within_10_minutes() => SampleSteps(step =>
    {
        var state = step.After;
        if (state is { ConfiguredSince: not null, Old: not null, OldIsVerified: false })
        {
            Assert.NotNull(state.WantedSince);
            Assert.True(state.UnderWay is not null || state.NextAttemptAt <= state.Watermark + ShipmentPolicy.LongestBackoff);
        }
        else
        {
            Assert.Null(state.WantedSince);
        }
    });

    [Fact]
    public void What_is_due_and_can_be_ordered_is_ordered_at_once() => SampleSteps(step =>
    {
        if (step.Context.AgentIsPresent && step.After is { UnderWay: null, NextAttemptAt: { } next })
        {
            Assert.True(next > step.Context.Now);
        }
    });

    [Fact]
    public void An_alert_is_open_exactly_while_no_verification_is_recent_enough() => SampleSteps(step =>
    {
        var state = step.After;
        var open = state.Alerts.Count(a => a.ClearedAt is null);
        Assert.InRange(open, 0, 1);
        if (step.Policy.OverdueAfter is not { } after)
        {
            Assert.Equal(0, open);
            return;
        }

        var from = new[] { state.ConfiguredSince, state.Verified?.KnownAt }.Max();
        var now = step.Context.Now > state.Watermark ? step.Context.Now : state.Watermark;
        Assert.Equal(from + after <= now, open == 1);
    });

    [Fact]
    public void Every_notification_goes_out_until_it_was_taken_over_once() => Sample(voyage =>
    {
        foreach (var alert in voyage.State.Alerts)
        {
            var waiting = ShipmentDecider.NotificationsToHandOver(voyage.State, "reporting").Where(n => n.AlertId == alert.Id).Select(n => n.Phase).ToList();
            Assert.Equal(alert.RaisedHandedOver, !waiting.Contains(AlertPhase.Raised));
            Assert.Equal(alert is { ClearedAt: not null, ClearedHandedOver: false }, waiting.Contains(AlertPhase.Cleared));
        }

        var taken = voyage.Events.OfType<ShipmentAlertHandedOver>().Select(e => (e.AlertId, e.Phase)).ToList();
        Assert.Equal(taken.Distinct(), taken);
    });

    [Fact]
    public void Alerts_have_ids_of_their_own() => Sample(voyage =>
    {
        var ids = voyage.State.Alerts.Select(a => a.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
    });

    [Fact]
    public void Nothing_new_is_decided_when_the_same_moment_is_looked_at_again() => SampleSteps(step =>
        Assert.Empty(ShipmentDecider.Integrate(step.After, step.Policy, new ShipmentTimePassed(), step.Context)));

    [Fact]
    public void The_same_events_give_the_same_state() => Sample(voyage =>
    {
        var again = voyage.Events.Aggregate(ShipmentState.Initial, ShipmentFold.Apply);
        Assert.Equal(voyage.State with { Alerts = [], Requests = [] }, again with { Alerts = [], Requests = [] });
        Assert.Equal(voyage.State.Alerts, again.Alerts);
        Assert.Equal(voyage.State.Requests, again.Requests);
        Assert.Equal(voyage.Events.Count(), again.Revision);
    });

    private static void SampleSteps(Action<VoyageStep> property) => Sample(voyage => voyage.Steps.ToList().ForEach(property));

    private static void Sample(Action<Voyage> property) => Plans.Sample(plan => property(Play(plan)), iter: 1500);

    private static Voyage Play((Happening What, TimeSpan Step, int Choice)[] plan)
    {
        var voyage = new Voyage();
        foreach (var (what, step, choice) in plan)
        {
            voyage.Now += step;
            Play(voyage, what, choice);
        }

        return voyage;
    }

    private static void Play(Voyage voyage, Happening what, int choice)
    {
        var some = Voyage.File(choice % 9);
        switch (what)
        {
            case Happening.NextWakeComes when ShipmentDecider.NextWakeAt(voyage.State, voyage.Policy, voyage.AgentIsPresent) is { } wake && wake > voyage.Now:
                voyage.TickAt(wake);
                break;
            case Happening.AnotherBecomesOld:
                voyage.BecomesOld(voyage.State.Old?.Generation + 1 ?? choice % 9);
                break;
            case Happening.OldIsGone:
                voyage.Do(new OldFileTold(null));
                break;
            case Happening.OldIsTold:
                voyage.Do(new OldFileTold(choice % 3 == 0 ? some : voyage.State.Old));
                break;
            case Happening.Arrives when voyage.State.UnderWay is not null:
                voyage.Arrives();
                break;
            case Happening.Fails when voyage.State.UnderWay is not null:
                voyage.Fails();
                break;
            case Happening.LateVerification:
                voyage.Do(new VerificationTold(some.Generation, some.Sha256, 1, 2, null));
                break;
            case Happening.LateFailure:
                voyage.Do(new FailureTold(some.Generation, some.Sha256, "late"));
                break;
            case Happening.Requested:
                voyage.Request(choice % 2 == 0 ? null : $"key-{choice % 7}");
                break;
            case Happening.RaisedTakenOver when !voyage.State.Alerts.IsEmpty:
                voyage.TakeOver(AlertPhase.Raised);
                break;
            case Happening.ClearedTakenOver when !voyage.State.Alerts.IsEmpty:
                voyage.TakeOver(AlertPhase.Cleared);
                break;
            default:
                voyage.AgentIsPresent = what == Happening.AgentComes || (voyage.AgentIsPresent && what != Happening.AgentLeaves);
                voyage.Policy = what switch
                {
                    Happening.RemoteLeaves => voyage.Policy with { OverdueAfter = null },
                    Happening.RemoteComes => voyage.Policy with { OverdueAfter = choice % 2 == 0 ? Voyage.OverdueAfter : TimeSpan.FromHours(1) },
                    _ => voyage.Policy,
                };
                voyage.Do(new ShipmentTimePassed());
                break;
        }
    }
}
