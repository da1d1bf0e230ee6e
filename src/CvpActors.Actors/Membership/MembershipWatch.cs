using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace CvpActors.Actors.Membership;

/// <summary>
/// Tells in the log who comes and goes, one line each, and watches over this node's own membership: a node that finds its name taken,
/// or members that speak another version, leaves again; one that the others have removed must start anew.
/// </summary>
public sealed class MembershipWatch : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Action<string> _refused;

    /// <summary>Creates the watch; <see cref="Props"/> is the way in.</summary>
    public MembershipWatch(Action<string> refused)
    {
        _refused = refused;
        Receive<ClusterEvent.CurrentClusterState>(state => CheckSelf(state.Members));
        Receive<ClusterEvent.MemberUp>(up => Welcome(up.Member));
        Receive<ClusterEvent.UnreachableMember>(gone => TellOfOther(gone.Member, "cannot be reached"));
        Receive<ClusterEvent.ReachableMember>(back => TellOfOther(back.Member, "can be reached again"));
        Receive<ClusterEvent.MemberRemoved>(removed => TellOfOther(
            removed.Member, removed.PreviousStatus == MemberStatus.Down ? "was removed from the cluster: it could not be reached" : "has left the cluster"));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
    }

    /// <summary>How to create the watch.</summary>
    /// <param name="refused">Called, from any thread, with the reason when this node may not stay in the cluster.</param>
    public static Props Props(Action<string> refused) => Akka.Actor.Props.Create(() => new MembershipWatch(refused));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    private void Welcome(Member member)
    {
        if (member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _log.Info("{Node} is in the cluster as {Name}", member.Address, NodeIdentity.Of(member).Name);
            CheckSelf(_cluster.State.Members);
        }
        else
        {
            TellOfOther(member, "is in the cluster");
        }
    }

    private void TellOfOther(Member member, string what)
    {
        if (!member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            _log.Info("node {Name} ({Node}) {What}", NodeIdentity.Of(member).Name, member.Address, what);
        }
    }

    /// <summary>Of two members that cannot stand side by side the younger one goes: the elder may be at work.</summary>
    private void CheckSelf(IEnumerable<Member> members)
    {
        var self = _cluster.SelfMember;
        var mine = NodeIdentity.Of(self);
        foreach (var other in members.Where(m => !m.UniqueAddress.Equals(self.UniqueAddress) && m.Status is MemberStatus.Up or MemberStatus.WeaklyUp))
        {
            var theirs = NodeIdentity.Of(other);
            if (theirs.Contract != mine.Contract && other.IsOlderThan(self))
            {
                _refused($"{theirs.Name} ({other.Address}) speaks version {theirs.Contract} of the protocol and this node version {mine.Contract}; "
                    + "allowed: one version, or a release in between that speaks both");
            }
            else if (theirs.Name == mine.Name && other.IsOlderThan(self))
            {
                _refused($"\"{mine.Name}\" is the name of {other.Address}, which is in the cluster already; allowed: a name of its own for each node");
            }
        }
    }
}
