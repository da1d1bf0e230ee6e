using Akka.Cluster;

namespace CvpActors.Actors.Membership;

/// <summary>
/// What a member says of itself beside what it does: its name and the version of the messages it speaks. Both travel as roles,
/// because roles are what Akka's gossip tells of every member from its first moment on.
/// </summary>
/// <param name="Name">The node's name, as people see it.</param>
/// <param name="Contract">The version of the protocol.</param>
public sealed record NodeIdentity(string Name, int Contract)
{
    /// <summary>The version that this program speaks; raised when older nodes could not understand newer ones.</summary>
    public const int CurrentContract = 1;

    private const string NamePrefix = "name=";
    private const string ContractPrefix = "contract=";

    /// <summary>The roles that tell it.</summary>
    public IEnumerable<string> AsRoles => [NamePrefix + Name, ContractPrefix + Contract];

    /// <summary>What a member says of itself; a member that says nothing is known by its address.</summary>
    public static NodeIdentity Of(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        var name = member.Roles.FirstOrDefault(r => r.StartsWith(NamePrefix, StringComparison.Ordinal))?[NamePrefix.Length..];
        var contract = member.Roles.FirstOrDefault(r => r.StartsWith(ContractPrefix, StringComparison.Ordinal))?[ContractPrefix.Length..];
        return new NodeIdentity(name ?? member.Address.ToString(), int.TryParse(contract, out var version) ? version : 0);
    }

    /// <summary>A member's roles without those that tell its identity.</summary>
    public static IEnumerable<string> RolesOf(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Roles.Where(r => !r.Contains('=', StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }
}
