namespace CvpActors.Actors.Membership;

/// <summary>
/// When a coordinator's process is known to be dead rather than merely silent. Its machine's kernel refuses connections to its port: nobody
/// listens there any more. That is evidence within milliseconds, where heartbeats need seconds to become doubtful. Pure.
/// </summary>
/// <remarks>
/// A firewall that rejects instead of dropping looks the same from one side, so the evidence counts only for those who are still a majority
/// of the coordinators: the others wait for the split-brain resolver, which tells them to go. And were it wrong all the same, two
/// coordinators would be two writers of one journal, of whom its key lets one through.
/// </remarks>
internal static class DeathEvidence
{
    /// <summary>Whether those who can still be reached may remove <paramref name="dead"/> at once.</summary>
    /// <param name="coordinators">All members with the coordinator's role, this node's own and the dead one included.</param>
    /// <param name="unreachable">Those of them that this node cannot reach.</param>
    /// <param name="dead">The member whose port refuses connections.</param>
    public static bool Suffices<T>(IReadOnlyCollection<T> coordinators, IReadOnlySet<T> unreachable, T dead)
    {
        var reachable = coordinators.Count(c => !unreachable.Contains(c) && !Equals(c, dead));
        return coordinators.Contains(dead) && reachable * 2 > coordinators.Count;
    }
}
