using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Nodes;

namespace CvpActors.Domain.Tests.Nodes;

/// <summary>What is alerted about nodes.</summary>
public sealed class NodeRulesTests
{
    private static readonly DateTimeOffset Now = Scenario.Due;
    private static readonly string[] Receivers = ["log", "snmp:nms:162"];
    private NodesState _state = NodesState.Initial;

    [Fact]
    public void A_node_with_which_all_is_well_is_not_told_of() => Assert.Empty(Hear(Condition()));

    [Fact]
    public void A_clock_that_differs_is_alerted_once_and_cleared_when_it_is_right_not_when_it_is_less_wrong()
    {
        var raised = Assert.IsType<NodeAlertRaised>(Assert.Single(Hear(Condition(clock: TimeSpan.FromDays(42)))));
        Assert.Equal((AlertCodes.ClockSkew, "site-a"), (raised.Code, raised.Node));
        Assert.Contains("42 d ahead of", raised.Text, StringComparison.Ordinal);

        Assert.Empty(Hear(Condition(clock: TimeSpan.FromDays(42))));
        Assert.Empty(Hear(Condition(clock: TimeSpan.FromSeconds(-45))));
        Assert.IsType<NodeAlertCleared>(Assert.Single(Hear(Condition(clock: TimeSpan.FromSeconds(-3)))));
    }

    [Theory]
    [InlineData(22, false)]
    [InlineData(20, true)]
    [InlineData(-1, true)]
    public void A_certificate_is_alerted_from_21_days_before_its_end(int days, bool alerted) =>
        Assert.Equal(alerted, Hear(Condition(certificateEnds: Now.AddDays(days))).Any(e => e is NodeAlertRaised { Code: AlertCodes.CertificateExpires }));

    [Fact]
    public void A_new_certificate_clears_the_alert()
    {
        Hear(Condition(certificateEnds: Now.AddDays(3)));

        Assert.IsType<NodeAlertCleared>(Assert.Single(Hear(Condition(certificateEnds: Now.AddDays(397)))));
    }

    [Fact]
    public void A_coordinator_that_would_alert_others_is_alerted_and_a_node_that_cannot_coordinate_is_not()
    {
        Assert.Empty(Hear(Condition(receivers: null)));

        var raised = Assert.IsType<NodeAlertRaised>(Assert.Single(Hear(Condition(receivers: ["log"]))));

        Assert.Equal(AlertCodes.ReceiversDiffer, raised.Code);
        Assert.Contains("would alert log; the present one alerts log, snmp:nms:162", raised.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_of_one_node_have_nothing_to_do_with_those_of_another()
    {
        Hear(Condition(clock: TimeSpan.FromDays(1)));

        Assert.Empty(Hear(Condition() with { Node = "site-b" }));
        Assert.Single(Hear(Condition(clock: TimeSpan.FromDays(1)) with { Node = "site-b" }));
    }

    [Fact]
    public void Each_notification_is_handed_over_until_it_is_taken_over()
    {
        Hear(Condition(clock: TimeSpan.FromDays(1)));
        var notification = Assert.Single(NodeRules.NotificationsToHandOver(_state));
        Assert.Equal(("", AlertPhase.Raised), (notification.Database, notification.Phase));

        Apply(NodeRules.TakenOver(_state, notification.AlertId, AlertPhase.Raised, Now));
        Assert.Empty(NodeRules.NotificationsToHandOver(_state));
        Assert.Empty(NodeRules.TakenOver(_state, notification.AlertId, AlertPhase.Raised, Now));

        Hear(Condition());
        Assert.Equal(AlertPhase.Cleared, Assert.Single(NodeRules.NotificationsToHandOver(_state)).Phase);
    }

    private static NodeCondition Condition(TimeSpan clock = default, DateTimeOffset? certificateEnds = null) => Condition([.. Receivers], clock, certificateEnds);

    private static NodeCondition Condition(ImmutableArray<string>? receivers, TimeSpan clock = default, DateTimeOffset? certificateEnds = null) =>
        new("site-a", clock, certificateEnds, receivers);

    private ImmutableArray<INodesEvent> Hear(NodeCondition condition) => Apply(NodeRules.Integrate(_state, condition, Receivers, Now));

    private ImmutableArray<INodesEvent> Apply(ImmutableArray<INodesEvent> events)
    {
        _state = events.Aggregate(_state, (state, happened) => state.Apply(happened));
        return events;
    }
}
