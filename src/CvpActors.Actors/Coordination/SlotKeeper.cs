using Akka.Actor;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// Hands out the slots of <see cref="RunSlots"/> to the databases' coordinators of one incarnation. Grants nothing before each database has
/// said after its recovery whether it holds a lock, or else a change of coordinator would let more run than may.
/// </summary>
internal sealed class SlotKeeper : ReceiveActor, IWithTimers
{
    /// <summary>A database whose coordinator cannot recover must not hold up all others.</summary>
    private static readonly TimeSpan RecoveryMayTake = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _unheard;

    /// <summary>Who has asked for each database; whether it still waits the slots know.</summary>
    private readonly Dictionary<string, IActorRef> _coordinators = new(StringComparer.Ordinal);
    private readonly List<(SlotTried Tried, IActorRef From)> _held = [];
    private RunSlots _slots;

    public SlotKeeper(int clusterLimit, IEnumerable<string> databases)
    {
        _slots = new RunSlots(clusterLimit);
        _unheard = new HashSet<string>(databases, StringComparer.Ordinal);
        Receive<SlotTaken>(taken => Change(taken.Database, _slots.Take(taken.Database, taken.Node)));
        Receive<SlotFreed>(freed => Change(freed.Database, _slots.Free(freed.Database)));
        Receive<SlotWanted>(Want);
        Receive<SlotTried>(tried => Try(tried, Sender));
        Receive<RecoveryIsOver>(_ =>
        {
            _unheard.Clear();
            Grant();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(int clusterLimit, IEnumerable<string> databases) => Akka.Actor.Props.Create(() => new SlotKeeper(clusterLimit, databases));

    protected override void PreStart()
    {
        if (_unheard.Count > 0)
        {
            Timers.StartSingleTimer(nameof(RecoveryIsOver), new RecoveryIsOver(), RecoveryMayTake);
        }

        base.PreStart();
    }

    private void Change(string database, RunSlots next)
    {
        _slots = next;
        _unheard.Remove(database);
        Grant();
    }

    private void Want(SlotWanted wanted)
    {
        _unheard.Remove(wanted.Database);
        _slots = _slots.Ask(wanted.Database, wanted.Node, wanted.NodeLimit, wanted.DueAt);
        _coordinators[wanted.Database] = Sender;
        Grant();
        if (_slots.IsWaiting(wanted.Database))
        {
            Sender.Tell(new SlotQueued(_slots.WhyFull(wanted.Node, wanted.NodeLimit) ?? "the coordinator has just started and does not know yet what runs"));
        }
    }

    /// <summary>An on-demand run does not wait: it has a slot now or none.</summary>
    private void Try(SlotTried tried, IActorRef from)
    {
        if (_unheard.Count > 0)
        {
            _held.Add((tried, from));
            return;
        }

        var full = _slots.WhyFull(tried.Node, tried.NodeLimit);
        if (full is null)
        {
            _slots = _slots.Take(tried.Database, tried.Node);
        }

        from.Tell(new SlotAnswer(tried.Request, tried.From, full is null ? default : new RunSlot(RunSlotState.Waiting, full)));
    }

    private void Grant()
    {
        if (_unheard.Count > 0)
        {
            return;
        }

        foreach (var (tried, from) in _held)
        {
            Try(tried, from);
        }

        _held.Clear();
        while (_slots.GrantNext() is var (then, database))
        {
            _slots = then;
            _coordinators[database].Tell(new SlotGranted());
        }
    }

    private sealed record RecoveryIsOver : INoSerializationVerificationNeeded;
}

/// <summary>The database runs something.</summary>
internal sealed record SlotTaken(string Database, string Node) : INoSerializationVerificationNeeded;

/// <summary>The database neither runs nor wants to run anything.</summary>
internal sealed record SlotFreed(string Database) : INoSerializationVerificationNeeded;

/// <summary>A scheduled run could start; answered by <see cref="SlotGranted"/>, after <see cref="SlotQueued"/> when it must wait.</summary>
internal sealed record SlotWanted(string Database, string Node, int NodeLimit, DateTimeOffset DueAt) : INoSerializationVerificationNeeded;

/// <summary>The scheduled run may start.</summary>
internal sealed record SlotGranted : INoSerializationVerificationNeeded;

/// <summary>The scheduled run has to wait its turn.</summary>
internal sealed record SlotQueued(string Reason) : INoSerializationVerificationNeeded;

/// <summary>Somebody wants a run on demand; answered by <see cref="SlotAnswer"/>.</summary>
internal sealed record SlotTried(string Database, string Node, int NodeLimit, Protocol.DatabaseRequest Request, IActorRef From) : INoSerializationVerificationNeeded;

/// <summary>Whether there is room for the run that somebody wants.</summary>
internal sealed record SlotAnswer(Protocol.DatabaseRequest Request, IActorRef From, RunSlot Slot) : INoSerializationVerificationNeeded;
