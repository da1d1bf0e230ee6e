using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Domain.Tests.Shipments;

/// <summary>What is ordered, when, and how often.</summary>
public sealed class OrderTests
{
    private readonly Voyage _voyage = new();

    [Fact]
    public void A_generation_that_becomes_old_is_ordered_at_once()
    {
        _voyage.BecomesOld(7);

        Assert.Equal(new ShipmentOrdered(Voyage.Start, 7, Voyage.File(7).Sha256, 1007, Try: 1), Assert.Single(_voyage.Orders));
        Assert.Equal(Voyage.Start, _voyage.State.WantedSince);
    }

    [Fact]
    public void What_is_told_again_is_ordered_once()
    {
        _voyage.BecomesOld(7).BecomesOld(7).TickAt(Voyage.Start.AddHours(1));

        Assert.Single(_voyage.Orders);
    }

    [Fact]
    public void What_is_verified_is_not_ordered_again()
    {
        _voyage.BecomesOld(7).Arrives().BecomesOld(7).TickAt(Voyage.Start.AddDays(1));

        Assert.Single(_voyage.Orders);
        Assert.Equal((null, null, null), (_voyage.State.WantedSince, _voyage.State.NextAttemptAt, _voyage.State.UnderWay));
        Assert.Equal((7, 10, 997), (_voyage.State.Verified!.Generation, _voyage.State.Verified.BytesSent, _voyage.State.Verified.BytesSaved));
    }

    [Fact]
    public void The_same_number_with_another_checksum_is_another_file()
    {
        _voyage.BecomesOld(7).Arrives();
        _voyage.Do(new OldFileTold(Voyage.File(7) with { Sha256 = new string('b', 64) }));

        Assert.Equal(2, _voyage.Orders.Count());
    }

    [Fact]
    public void A_shipment_goes_on_to_its_end_with_the_generation_that_it_began_with_and_then_the_newest_follows()
    {
        _voyage.BecomesOld(7).BecomesOld(8).BecomesOld(9);
        Assert.Equal(7, _voyage.State.UnderWay?.Generation);

        _voyage.Arrives();
        Assert.Equal([7L, 9L], _voyage.Orders.Select(o => o.Generation));
    }

    [Fact]
    public void A_newer_generation_replaces_one_that_has_not_begun_and_one_that_failed()
    {
        _voyage.AgentIsPresent = false;
        _voyage.BecomesOld(7).BecomesOld(8);
        _voyage.AgentIsPresent = true;
        _voyage.TickAt(Voyage.Start.AddHours(1));
        Assert.Equal(8, Assert.Single(_voyage.Orders).Generation);

        _voyage.Fails().BecomesOld(9);
        Assert.Equal([8L, 9L], _voyage.Orders.Select(o => o.Generation));
        Assert.Equal(1, _voyage.State.UnderWay?.Try);
    }

    [Fact]
    public void When_a_shipment_fails_while_a_newer_generation_waits_that_one_is_ordered_at_once()
    {
        _voyage.BecomesOld(7).BecomesOld(8).Fails();

        Assert.Equal([7L, 8L], _voyage.Orders.Select(o => o.Generation));
        Assert.Null(_voyage.State.Failure);
    }

    [Fact]
    public void After_failures_it_waits_10_seconds_and_then_twice_as_long_each_time_but_never_more_than_10_minutes()
    {
        _voyage.BecomesOld(7);
        var waits = new List<double>();
        for (var failure = 0; failure < 10; failure++)
        {
            _voyage.Fails();
            waits.Add((_voyage.State.NextAttemptAt!.Value - _voyage.Now).TotalSeconds);
            Assert.Null(_voyage.State.UnderWay);
            _voyage.TickAtNextWake();
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600, 600, 600], waits);
        Assert.Equal(11, _voyage.State.UnderWay?.Try);
    }

    [Fact]
    public void Nothing_is_ordered_before_the_backoff_has_passed()
    {
        _voyage.BecomesOld(7).Fails().TickAt(Voyage.Start.AddSeconds(9.9));
        Assert.Single(_voyage.Orders);

        _voyage.TickAt(Voyage.Start.AddSeconds(10));
        Assert.Equal(2, _voyage.Orders.Count());
    }

    [Fact]
    public void A_success_forgets_the_failures_before_it()
    {
        _voyage.BecomesOld(7).Fails().TickAtNextWake().Fails().TickAtNextWake().Arrives().BecomesOld(8).Fails();

        Assert.Equal((1, _voyage.Now.AddSeconds(10)), (_voyage.State.Failure!.Tries, _voyage.State.NextAttemptAt!.Value));
    }

    [Fact]
    public void Nothing_is_ordered_while_the_agent_is_away_and_at_once_when_it_is_back()
    {
        _voyage.AgentIsPresent = false;
        _voyage.BecomesOld(7).TickAt(Voyage.Start.AddHours(3));
        Assert.Empty(_voyage.Orders);

        _voyage.AgentIsPresent = true;
        _voyage.TickAt(Voyage.Start.AddHours(3).AddSeconds(1));
        Assert.Single(_voyage.Orders);
        Assert.Equal(Voyage.Start, _voyage.State.WantedSince);
    }

    [Fact]
    public void A_verification_that_comes_when_its_order_was_given_up_still_counts()
    {
        _voyage.BecomesOld(7).Fails();
        _voyage.Do(new VerificationTold(7, Voyage.File(7).Sha256, 10, 0, null));

        Assert.Equal((7L, null, null), (_voyage.State.Verified?.Generation, _voyage.State.NextAttemptAt, _voyage.State.Failure));
    }

    [Fact]
    public void What_is_neither_on_its_way_nor_old_changes_nothing()
    {
        _voyage.BecomesOld(7).Arrives();
        var before = _voyage.State;
        _voyage.Do(new VerificationTold(7, Voyage.File(7).Sha256, 10, 0, null));
        _voyage.Do(new VerificationTold(3, Voyage.File(3).Sha256, 10, 0, null));
        _voyage.Do(new FailureTold(7, Voyage.File(7).Sha256, "late"));

        Assert.Same(before, _voyage.State);
    }

    [Fact]
    public void An_old_file_that_is_gone_is_not_waited_for_and_what_is_on_its_way_goes_on()
    {
        _voyage.BecomesOld(7);
        _voyage.Do(new OldFileTold(null));
        Assert.Equal((7L, null), (_voyage.State.UnderWay?.Generation, _voyage.State.WantedSince));

        _voyage.Fails();
        Assert.Null(_voyage.State.NextAttemptAt);
    }

    [Fact]
    public void A_remote_that_leaves_the_configuration_gets_nothing_more()
    {
        _voyage.BecomesOld(7).Fails();
        _voyage.Policy = _voyage.Policy with { OverdueAfter = null };
        _voyage.TickAt(Voyage.Start.AddDays(3));
        _voyage.BecomesOld(8).TickAt(Voyage.Start.AddDays(4));
        Assert.Equal((1, null, null), (_voyage.Orders.Count(), _voyage.State.NextAttemptAt, _voyage.State.WantedSince));
        Assert.Null(_voyage.Request());

        _voyage.Policy = _voyage.Policy with { OverdueAfter = Voyage.OverdueAfter };
        _voyage.TickAt(Voyage.Start.AddDays(5));
        Assert.Equal((8, Voyage.Start.AddDays(5)), (_voyage.State.UnderWay!.Generation, _voyage.State.WantedSince!.Value));
    }

    [Fact]
    public void An_error_without_end_is_cut_off()
    {
        _voyage.BecomesOld(7).Fails(new string('x', 100_000));

        Assert.InRange(_voyage.State.Failure!.Error.Length, 400, 600);
    }

    [Fact]
    public void A_request_forgets_the_backoff()
    {
        _voyage.BecomesOld(7);
        for (var failure = 0; failure < 9; failure++)
        {
            _voyage.Fails().TickAtNextWake();
        }

        _voyage.Fails();
        Assert.Equal(new RequestedShipment("hq", 7, RequestOutcome.Due), _voyage.Request());
        Assert.Equal(1, _voyage.State.UnderWay?.Try);

        _voyage.Fails();
        Assert.Equal(_voyage.Now.AddSeconds(10), _voyage.State.NextAttemptAt);
    }

    [Fact]
    public void What_is_verified_is_verified_once_more_on_request()
    {
        _voyage.BecomesOld(7).Arrives();

        Assert.Equal(RequestOutcome.Again, _voyage.Request()?.Outcome);
        Assert.Equal(2, _voyage.Orders.Count());
        Assert.Equal(RequestOutcome.Running, _voyage.Request()?.Outcome);
        Assert.Equal(2, _voyage.Orders.Count());

        _voyage.TickAt(Voyage.Start.AddHours(2)).Arrives();
        Assert.Equal((Voyage.Start.AddHours(2), null), (_voyage.State.Verified!.KnownAt, _voyage.State.NextAttemptAt));
    }

    [Fact]
    public void A_request_while_an_older_generation_is_on_its_way_is_due_after_it()
    {
        _voyage.BecomesOld(7).BecomesOld(8);

        Assert.Equal(new RequestedShipment("hq", 8, RequestOutcome.Due), _voyage.Request());
        Assert.Equal(7, _voyage.Arrives().Steps[^1].Before.UnderWay!.Generation);
        Assert.Equal(8, _voyage.State.UnderWay?.Generation);
    }

    [Fact]
    public void The_same_key_has_the_same_answer_and_does_nothing_again()
    {
        _voyage.BecomesOld(7).Arrives();
        var first = _voyage.Request("key-1");
        _voyage.Arrives().BecomesOld(8).Arrives();

        Assert.Equal(first, _voyage.Request("key-1"));
        Assert.Null(_voyage.State.UnderWay);
        Assert.Equal(8, _voyage.Request("key-2")?.Generation);
    }

    [Fact]
    public void Without_an_old_file_there_is_nothing_to_ship()
    {
        Assert.Null(_voyage.Request("key-1"));
        Assert.Equal(RequestOutcome.Running, _voyage.BecomesOld(1).Request("key-1")?.Outcome);
    }
}
