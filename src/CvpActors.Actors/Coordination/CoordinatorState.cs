using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>Something that happened to the coordinator itself; persisted for ever.</summary>
public interface ICoordinatorEvent
{
    /// <summary>When, UTC.</summary>
    DateTimeOffset At { get; }
}

/// <summary>An incarnation of the coordinator began; its epoch is the number of this event.</summary>
public sealed record EpochBegun(DateTimeOffset At, string Node) : ICoordinatorEvent;

/// <summary>Agents have seen a later epoch than this journal ever began: it was restored, and later epochs are later still.</summary>
public sealed record EpochOutrun(DateTimeOffset At, long HighestEpoch) : ICoordinatorEvent;

/// <summary>From now on all coordinators of the cluster send alerts under this name and SNMP engine id.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Sender">The first coordinator's, with the boots that its engine had.</param>
public sealed record SenderNamed(DateTimeOffset At, AlertSender Sender) : ICoordinatorEvent;

/// <summary>A database came under maintenance, or its configuration or its node changed.</summary>
public sealed record DatabaseRegistered(DateTimeOffset At, DatabaseDefinition Definition) : ICoordinatorEvent
{
    /// <summary>The node that serves it; null when an earlier version wrote it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }
}

/// <summary>A database under maintenance.</summary>
/// <param name="Definition">What its configuration says.</param>
/// <param name="Node">The node that serves it; null when that is not known.</param>
public sealed record Registration(DatabaseDefinition Definition, string? Node) : Akka.Actor.INoSerializationVerificationNeeded;

/// <summary>What the coordinator remembers: its epoch and its databases.</summary>
public sealed record CoordinatorState
{
    /// <summary>A coordinator that never ran.</summary>
    public static CoordinatorState Initial { get; } = new();

    private readonly ImmutableSortedDictionary<string, Registration> _databases = ImmutableSortedDictionary.Create<string, Registration>(StringComparer.Ordinal);

    /// <summary>Events applied so far; equals the journal's sequence number.</summary>
    public long Revision { get; init; }

    /// <summary>The number of the present incarnation, strictly increasing.</summary>
    public long Epoch { get; init; }

    /// <summary>The node of that incarnation; null when nobody knows, since a snapshot of an earlier version says nothing of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EpochNode { get; init; }

    /// <summary>What an event's sequence number lacks to be an epoch; zero, except after a journal was restored from an older backup.</summary>
    public long EpochOffset { get; init; }

    /// <summary>Who sends alerts, as the first coordinator did; null in a cluster of one, or while none of them sends any by SNMP.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AlertSender? Sender { get; init; }

    /// <summary>Who sends alerts in this epoch: an engine that another node takes over has booted once more.</summary>
    [JsonIgnore]
    public AlertSender? PresentSender => Sender is { } sender ? sender with { Boots = (int)Math.Min(int.MaxValue - 1, sender.Boots + Epoch) } : null;

    /// <summary>The databases by id.</summary>
    public ImmutableSortedDictionary<string, Registration> Databases
    {
        get => _databases;
        init => _databases = value.WithComparers(StringComparer.Ordinal);
    }

    /// <summary>The state after <paramref name="happened"/>.</summary>
    public CoordinatorState Apply(ICoordinatorEvent happened)
    {
        var next = this with { Revision = Revision + 1 };
        return happened switch
        {
            EpochBegun e => next with { Epoch = next.Revision + EpochOffset, EpochNode = e.Node },
            EpochOutrun e => next with { EpochOffset = Math.Max(EpochOffset, e.HighestEpoch - next.Revision) },
            SenderNamed e => next with { Sender = e.Sender },
            DatabaseRegistered e => next with { Databases = Databases.SetItem(e.Definition.Id, new Registration(e.Definition, e.Node)) },
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no fold for this event"),
        };
    }
}
