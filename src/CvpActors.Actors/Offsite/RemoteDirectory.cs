using Akka.Actor;
using Akka.Cluster;

namespace CvpActors.Actors.Offsite;

/// <summary>Where remotes are: a node with a vault says so to every member from its first moment on, as it does with its own name.</summary>
public static class RemoteDirectory
{
    private const string RolePrefix = "vault=";

    /// <summary>The role by which a node tells that it has the vault of this remote.</summary>
    public static string RoleOf(string remote) => RolePrefix + remote;

    /// <summary>The remotes whose nodes are up, by name.</summary>
    public static IReadOnlyList<string> Present(Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return
        [
            .. cluster.State.Members
                .Where(member => member.Status == MemberStatus.Up)
                .SelectMany(member => member.Roles)
                .Where(role => role.StartsWith(RolePrefix, StringComparison.Ordinal))
                .Select(role => role[RolePrefix.Length..])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The vault of a remote; null while its node is not there.</summary>
    public static ActorSelection? Find(ActorSystem system, string remote)
    {
        ArgumentNullException.ThrowIfNull(system);
        var role = RoleOf(remote);
        return Cluster.Get(system).State.Members.FirstOrDefault(member => member.Status == MemberStatus.Up && member.Roles.Contains(role)) is { } member
            ? system.ActorSelection($"{member.Address}/user/{ActorNames.Vault}")
            : null;
    }
}
