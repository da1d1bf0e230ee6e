using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance.Rules;

namespace CvpActors.Domain.Nodes;

/// <summary>What is alerted about nodes: clocks that differ, certificates that end, coordinators that would alert others. Pure.</summary>
public static class NodeRules
{
    /// <summary>A certificate that ends within this is alerted: time enough to make another, and to notice that nobody did.</summary>
    public static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(21);

    /// <summary>A clock that differs by more is wrong.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>It is right again below this: at the limit itself an alert would come and go.</summary>
    private static readonly TimeSpan ClockIsRight = TimeSpan.FromSeconds(30);

    private const int NamedDamages = 5;

    /// <summary>What follows from what a node says of itself.</summary>
    /// <param name="state">What is known.</param>
    /// <param name="node">What it says.</param>
    /// <param name="receivers">Whom the present coordinator alerts.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<INodesEvent> Integrate(NodesState state, NodeCondition node, IReadOnlyCollection<string> receivers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(node);
        var offset = node.ClockOffset.Duration();
        return
        [
            .. Follow(state, node.Node, AlertCodes.ClockSkew, offset > ClockTolerance ? true : offset < ClockIsRight ? false : null, now,
                () => $"The clock of node {node.Node} is {InWords.Of(offset)} {(node.ClockOffset > TimeSpan.Zero ? "ahead of" : "behind")} those of most other nodes. "
                    + "Maintenance goes by the others' clocks meanwhile. Check its time service."),
            .. Follow(state, node.Node, AlertCodes.CertificateExpires, node.CertificateEnds - now < CertificateNotice, now,
                () => $"The certificate of node {node.Node} for the cluster ends {node.CertificateEnds:u}. After that the node can neither join nor talk. "
                    + "Put another in its place (cluster.tls.certificate-file) and restart the node."),
            .. node.Receivers is { } theirs
                ? Follow(state, node.Node, AlertCodes.ReceiversDiffer, !theirs.ToHashSet(StringComparer.Ordinal).SetEquals(receivers), now,
                    () => $"As a coordinator node {node.Node} would alert {Names(theirs)}; the present one alerts {Names(receivers)}. "
                        + "Configure the same receivers on all coordinator nodes, or alerts go elsewhere after a hand-over.")
                : [],
            .. node.Damaged is { } damaged
                ? Follow(state, node.Node, AlertCodes.VaultDamaged, !damaged.IsEmpty, now,
                    () => $"What node {node.Node} keeps for other sites is damaged on its disk: {string.Join("; ", damaged.Take(NamedDamages))}"
                        + (damaged.Length > NamedDamages ? $"; and {damaged.Length - NamedDamages} more" : "")
                        + ". The newest generation is sent again by itself; what is older stays lost. Check the disk.")
                : [],
        ];
    }

    /// <summary>Delivery has taken over a notification.</summary>
    public static ImmutableArray<INodesEvent> TakenOver(NodesState state, string alertId, AlertPhase phase, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return NotificationRules.IsAwaited(state.Alerts.Find(a => a.Alert.Id == alertId)?.Alert, phase) ? [new NodeAlertHandedOver(now, alertId, phase)] : [];
    }

    /// <summary>The notifications that delivery has not taken over yet, in the order they happened.</summary>
    public static IEnumerable<AlertNotification> NotificationsToHandOver(NodesState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return NotificationRules.ToHandOver(state.Alerts.Select(a => a.Alert), database: "");
    }

    /// <summary>Raises what is wrong and not alerted, clears what is alerted and right again; null leaves it as it is.</summary>
    private static IEnumerable<INodesEvent> Follow(NodesState state, string node, string code, bool? isWrong, DateTimeOffset now, Func<string> text)
    {
        var open = state.Alerts.Find(a => a.Node == node && a.Alert.Code == code && a.Alert.ClearedAt is null);
        if (isWrong == true && open is null)
        {
            yield return new NodeAlertRaised(now, node, code, text());
        }
        else if (isWrong == false && open is not null)
        {
            yield return new NodeAlertCleared(now, open.Alert.Id);
        }
    }

    private static string Names(IEnumerable<string> receivers) => string.Join(", ", receivers.Order(StringComparer.Ordinal));
}
