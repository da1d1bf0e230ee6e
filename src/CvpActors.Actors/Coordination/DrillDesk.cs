using Akka.Actor;
using CvpActors.Actors.Drills;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// What a database's coordinator has to do with drills: it starts their coordinator where there are any, tells it what it knows of the agent, and passes on what
/// others say. It decides nothing.
/// </summary>
internal sealed class DrillDesk(IActorContext context, Incarnation incarnation, string database, TimeProvider time, Action show)
{
    private readonly DrillPeers _peers = new(incarnation.Epoch, context.Self, incarnation.Coordinator, incarnation.Alerts);
    private volatile DrillSituation? _situation;
    private IActorRef? _coordinator;
    private DrillShown? _shown;
    private DrillDefinition? _definition;
    private bool _isRetired;

    /// <summary>What a drill has last proven, as a restore that has been; null when none has.</summary>
    public PastRestore? LastProven => _shown?.Proven is { } proven ? new PastRestore(TimeSpan.FromSeconds(proven.RestoreSeconds), proven.Bytes) : null;

    /// <summary>Tells who drills what has changed; also where the configuration has no drills any more.</summary>
    public void Follow(DatabaseState state, DatabaseDefinition definition, AgentPresence presence, IActorRef? agent)
    {
        if (!state.HasHadDrills)
        {
            return;
        }

        var reached = presence.Contact == AgentContact.Connected ? agent : null;
        var policy = _situation?.Policy is { } known && _definition == definition.Drill && _isRetired == state.Retired is not null
            ? known
            : PolicyReader.ReadDrill(definition, state.Retired is null);
        (_definition, _isRetired) = (definition.Drill, state.Retired is not null);
        var situation = new DrillSituation(policy, presence with { SilentFor = TimeSpan.Zero }, reached, state.Pause is not null);
        var changed = situation != _situation;
        _situation = situation;
        if (_coordinator is null)
        {
            _coordinator = context.ActorOf(DrillCoordinator.SupervisedProps(database, () => _situation!, _peers, time), "drills");
        }
        else if (changed)
        {
            _coordinator.Tell(situation);
        }
    }

    /// <summary>Passes a report on to whoever ordered the drill.</summary>
    public void Pass(DrillReported report) => _coordinator?.Tell(report);

    /// <summary>Notes how drills are, and has it shown.</summary>
    public void Show(DrillShown shown)
    {
        _shown = shown;
        show();
    }

    /// <summary>The view with its drills, and with their alerts among its own.</summary>
    public DatabaseView With(DatabaseView view) => _shown is not { } shown ? view : view with
    {
        Drill = shown.View,
        LastProven = shown.Proven,
        Alerts = [.. view.Alerts.Concat(shown.Alerts.Reverse()).OrderByDescending(a => a.RaisedAt)],
    };

    /// <summary>Passes a wish on to who decides it, or answers why nobody does.</summary>
    public void Request(RequestDrill wish, IActorRef from)
    {
        if (_coordinator is { } coordinator)
        {
            coordinator.Tell(new DrillWanted(wish.RequestKey, from));
        }
        else
        {
            from.Tell(new DatabaseAnswer(new NotPossible($"no drills are configured for {database}; give it a section drill, which may be empty")));
        }
    }
}
