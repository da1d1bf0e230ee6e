using System.Collections.Immutable;
using Akka.Actor;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Shipments;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// What a database's coordinator has to do with shipments: it starts a coordinator for each remote, tells them what it knows of the agent and
/// the old file, and passes on what others say. It decides nothing.
/// </summary>
internal sealed class ShipmentDesk(IActorContext context, Incarnation incarnation, string database, TimeProvider time, Action show)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<string, IActorRef> _coordinators = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ShipmentShown> _shown = new(StringComparer.Ordinal);
    private readonly ShipmentPeers _peers = new(incarnation.Epoch, context.Self, incarnation.Coordinator, incarnation.Alerts);
    private volatile ShipmentSituation _situation = ShipmentSituation.Unknown;
    private (bool AreKnown, OldFile? Old) _files;

    /// <summary>Notes which files the agent has told of.</summary>
    public void Hear(IEnumerable<BackupFile> files) => _files = (true, OldFile.Among(files));

    /// <summary>Tells those who ship what has changed for them; also those of remotes that the configuration names no longer.</summary>
    public void Follow(DatabaseState state, OffsiteDefinition? offsite, AgentPresence presence, IActorRef? agent)
    {
        if (state.Remotes is not { } remotes)
        {
            return;
        }

        var situation = new ShipmentSituation(offsite, presence.Contact == AgentContact.Connected ? agent : null, _files.AreKnown, _files.Old);
        var changed = situation != _situation;
        _situation = situation;
        foreach (var remote in remotes)
        {
            if (!_coordinators.TryGetValue(remote, out var coordinator))
            {
                _coordinators[remote] = context.ActorOf(
                    ShipmentCoordinator.SupervisedProps(database, remote, () => _situation, _peers, time), $"shipments-{Uri.EscapeDataString(remote)}");
            }
            else if (changed)
            {
                coordinator.Tell(situation);
            }
        }
    }

    /// <summary>Passes a report on to whoever ordered the shipment.</summary>
    public void Pass(ShipmentReported report)
    {
        if (_coordinators.TryGetValue(report.Remote, out var coordinator))
        {
            coordinator.Tell(report);
        }
    }

    /// <summary>Notes how shipments to one remote are, and has it shown.</summary>
    public void Show(ShipmentShown shown)
    {
        _shown[shown.Remote] = shown;
        show();
    }

    /// <summary>What the configured remotes have verified; null until all of them have been read from the journal.</summary>
    public ImmutableArray<ShippedGeneration>? Shipped => _situation.Offsite is { } offsite && offsite.Remotes.All(_shown.ContainsKey)
        ? [.. offsite.Remotes.Select(remote => _shown[remote].Verified).OfType<ShippedGeneration>()]
        : null;

    /// <summary>The view with its shipments, and with their alerts among its own.</summary>
    public DatabaseView With(DatabaseView view) => _shown.Count == 0 ? view : view with
    {
        Shipments = _shown.Values.Select(s => s.View).OfType<ShipmentView>().ToList() is { Count: > 0 } views ? views : null,
        Alerts = [.. view.Alerts.Concat(_shown.Values.SelectMany(s => s.Alerts.Reverse())).OrderByDescending(a => a.RaisedAt)],
    };

    /// <summary>Answers a wish for shipments once all that are meant have persisted it.</summary>
    public void Request(RequestShipments wish, IActorRef from)
    {
        IReadOnlyList<string> remotes = [.. _situation.Offsite?.Remotes ?? []];
        if (remotes.Count == 0)
        {
            from.Tell(new DatabaseAnswer(new NothingToShip($"no remotes are configured for {database}; name some in its section offsite")));
        }
        else if (wish.Remote is { } unknown && !remotes.Contains(unknown))
        {
            from.Tell(new DatabaseAnswer(new NotThere($"{database} is not shipped to a remote \"{unknown}\"; allowed: {string.Join(", ", remotes)}")));
        }
        else
        {
            var meant = wish.Remote is { } one ? [one] : remotes;
            _ = AnswerAsync(from, [.. meant.Select(remote => _coordinators[remote])], wish.RequestKey);
        }
    }

    private async Task AnswerAsync(IActorRef from, IActorRef[] meant, string? requestKey)
    {
        try
        {
            var answers = await Task.WhenAll(meant.Select(m => m.Ask<ShipmentAnswered>(new ShipmentWanted(requestKey), AnswerWithin)));
            RequestedShipment[] asked = [.. answers.Select(a => a.Answer).OfType<RequestedShipment>()];
            from.Tell(new DatabaseAnswer(asked.Length > 0
                ? new ShipmentsRequested([.. asked])
                : new NothingToShip($"{database} has no {BackupNames.Old} yet: there is one from the second backup on")));
        }
        catch (AskTimeoutException)
        {
            // The journal is away or this incarnation at its end: who asked finds that nobody answers, and may ask again.
        }
    }
}
