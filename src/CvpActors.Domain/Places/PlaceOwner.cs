using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Places;

/// <summary>Whose a backup directory or a database's file is; the owner's mark, which lies in the place itself.</summary>
/// <param name="Database">The database's id.</param>
/// <param name="Cluster">The cluster's seeds, as they are configured; empty for a node that is alone.</param>
/// <param name="Resource">The database's file, with no symbolic link in its path; null where the engine has none.</param>
public sealed record PlaceOwner(string Database, ImmutableArray<string> Cluster, string? Resource = null)
{
    /// <summary>Other ids whose backups an administrator has handed over to this database, such as its own former one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Formerly { get; init; }

    /// <summary>Whether backups of the database <paramref name="id"/> are this one's.</summary>
    public bool Owns(string id) => id == Database || (Formerly?.Contains(id) ?? false);

    /// <summary>In words, for an error.</summary>
    public string InWords =>
        $"\"{Database}\"{(Resource is null ? "" : $" ({Resource})")} of {(Cluster.IsDefaultOrEmpty ? "a node on its own" : $"the cluster {string.Join(", ", Cluster)}")}";
}
