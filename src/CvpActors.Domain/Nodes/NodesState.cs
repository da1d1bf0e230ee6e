using System.Collections.Immutable;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Nodes;

/// <summary>The alerts about nodes: the fold of their events.</summary>
public sealed record NodesState
{
    /// <summary>How many cleared alerts are kept.</summary>
    public const int KeptClearedAlerts = 50;

    /// <summary>Nothing was ever wrong.</summary>
    public static NodesState Initial { get; } = new();

    /// <summary>Events applied so far; equals the journal's sequence number.</summary>
    public long Revision { get; init; }

    /// <summary>Open alerts and the latest cleared ones, oldest first.</summary>
    public ImmutableList<NodeAlert> Alerts { get; init; } = [];

    /// <summary>The state after <paramref name="happened"/>.</summary>
    public NodesState Apply(INodesEvent happened)
    {
        var next = this with { Revision = Revision + 1 };
        return happened switch
        {
            NodeAlertRaised e => next with { Alerts = Alerts.Add(new NodeAlert(e.Node, new Alert($"node-alert-{next.Revision}", e.Code, e.Text, e.At))).KeepSettled(KeptClearedAlerts, a => a.Alert) },
            NodeAlertCleared e => next.Change(e.AlertId, a => a with { ClearedAt = e.At }),
            NodeAlertHandedOver e => next.Change(e.AlertId, a => a.HandedOver(e.Phase)),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }

    private NodesState Change(string id, Func<Alert, Alert> change)
    {
        var index = Alerts.FindIndex(a => a.Alert.Id == id);
        return index < 0 ? this : this with { Alerts = Alerts.SetItem(index, Alerts[index] with { Alert = change(Alerts[index].Alert) }) };
    }
}

/// <summary>An alert about a node.</summary>
public sealed record NodeAlert(string Node, Alert Alert);
