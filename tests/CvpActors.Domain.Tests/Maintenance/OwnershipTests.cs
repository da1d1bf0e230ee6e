using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>Which of two nodes with the same database id is heard.</summary>
public sealed class OwnershipTests
{
    private static readonly AgentPresence Connected = AgentPresence.On("site-a");
    private static readonly AgentPresence Silent = new(AgentContact.Unreachable, "site-a");
    private static readonly MaintenanceLock Held = new(Operation.Purge, Trigger.Scheduled, "purge-7", 7, Scenario.Due, "site-a");

    [Fact]
    public void The_node_that_serves_a_database_is_heard() =>
        Assert.Equal(new Serves(), Ownership.Judge("site-a", Silent, Held, new AgentClaim("site-a", [])));

    [Fact]
    public void A_second_node_is_denied_while_the_first_speaks() =>
        Assert.Equal(new Denied("site-a", "it is connected"), Ownership.Judge("site-a", Connected, held: null, new AgentClaim("site-b", [])));

    [Fact]
    public void A_second_node_is_denied_while_the_first_is_waited_for_after_a_start() =>
        Assert.IsType<Denied>(Ownership.Judge("site-a", AgentPresence.Awaited, held: null, new AgentClaim("site-b", [])));

    [Fact]
    public void A_second_node_takes_over_when_the_first_is_gone_and_holds_nothing() =>
        Assert.Equal(new TakesOver("site-a"), Ownership.Judge("site-a", Silent, held: null, new AgentClaim("site-b", [])));

    [Fact]
    public void A_second_node_is_denied_while_the_first_holds_the_lock_even_if_it_is_gone() =>
        Assert.Equal(
            new Denied("site-a", "purge-7 holds the lock there"), Ownership.Judge("site-a", Silent, Held, new AgentClaim("site-b", [3, 6])));

    [Fact]
    public void A_node_that_was_renamed_is_known_by_the_token_that_only_the_holder_has() =>
        Assert.Equal(new TakesOver("site-a"), Ownership.Judge("site-a", Silent, Held, new AgentClaim("site-b", [7])));

    [Theory]
    [InlineData(null)]
    [InlineData("akka.tcp://cvp-actors@127.0.0.1:43211")]
    public void Where_no_name_is_on_record_the_first_that_comes_serves(string? recorded) =>
        Assert.Equal(new TakesOver(null), Ownership.Judge(recorded, Connected, held: null, new AgentClaim("site-b", [])));

    [Fact]
    public void A_lock_that_an_earlier_version_recorded_with_an_address_denies_nobody() =>
        Assert.IsType<TakesOver>(Ownership.Judge(null, Silent, Held with { Node = "akka.tcp://cvp-actors@127.0.0.1:43211" }, new AgentClaim("site-b", [])));
}
