using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Maintenance.Deciding;

namespace CvpActors.Actors.Coordination;

/// <summary>One database's place with the <see cref="SlotKeeper"/>: asks for it when a run could start, and gives it back.</summary>
internal sealed class SlotSeat(IActorRef keeper, string database)
{
    private Standing _standing = Standing.Unknown;
    private SlotWanted? _asked;
    private string? _reason;

    private enum Standing
    {
        /// <summary>The keeper has not been told anything since the start.</summary>
        Unknown,
        None,
        Waiting,
        Granted,

        /// <summary>The lock is held: the slot is in use.</summary>
        Used,
    }

    /// <summary>What decisions go by.</summary>
    public RunSlot Slot => _standing switch
    {
        Standing.Granted or Standing.Used => default,
        Standing.Waiting => new RunSlot(RunSlotState.Waiting, _reason ?? "it has just asked"),
        _ => RunSlot.NotAsked,
    };

    /// <summary>What its turn waits for; null when it does not wait.</summary>
    public string? WaitsFor => _standing == Standing.Waiting ? _reason : null;

    /// <summary>It may start.</summary>
    public void Grant() => _standing = Standing.Granted;

    /// <summary>It has to wait.</summary>
    public void Queue(string reason) => _reason = reason;

    /// <summary>Whether an on-demand run must be asked for first.</summary>
    public bool MustTry(DatabaseState state, AgentPresence agent) =>
        state.Lock is null && agent.Contact == AgentContact.Connected && _standing is not (Standing.Granted or Standing.Used);

    public void Try(DatabaseRequest request, IActorRef from, string node, int nodeLimit) =>
        keeper.Tell(new SlotTried(database, node, nodeLimit, request, from));

    /// <summary>Tells the keeper what the state asks for, where that has changed.</summary>
    public void Follow(DatabaseState state, AgentPresence agent, int nodeLimit, DateTimeOffset now)
    {
        if (state.Lock is { } held)
        {
            Become(Standing.Used, () => new SlotTaken(database, held.Node));
        }
        else if (!DatabaseDecider.WantsSlot(state, agent, now))
        {
            Become(Standing.None, () => new SlotFreed(database));
        }
        else if (_standing != Standing.Granted)
        {
            Ask(new SlotWanted(database, agent.Node, nodeLimit, FirstDue(state)));
        }
    }

    private static DateTimeOffset FirstDue(DatabaseState state) =>
        new[] { state.Backup.Window?.DueAt, state.Purge.Window?.DueAt }.Min()!.Value;

    private void Ask(SlotWanted wanted)
    {
        if (_standing != Standing.Waiting || _asked != wanted)
        {
            (_standing, _asked, _reason) = (Standing.Waiting, wanted, null);
            keeper.Tell(wanted);
        }
    }

    private void Become(Standing standing, Func<object> message)
    {
        if (_standing != standing)
        {
            _standing = standing;
            keeper.Tell(message());
        }
    }
}
