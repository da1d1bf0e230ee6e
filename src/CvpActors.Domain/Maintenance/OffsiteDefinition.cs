using System.Collections.Immutable;

namespace CvpActors.Domain.Maintenance;

/// <summary>Where a database's old file is shipped to.</summary>
/// <param name="Remotes">The remotes' names, each once.</param>
/// <param name="OverdueAfter">How long a remote may be without a newly verified generation before it is alerted; greater than zero.</param>
public sealed record OffsiteDefinition(ImmutableArray<string> Remotes, TimeSpan OverdueAfter)
{
    /// <summary>26 hours: a backup every night, and two hours for what takes longer than the night before.</summary>
    public static TimeSpan DefaultOverdueAfter { get; } = TimeSpan.FromHours(26);

    /// <summary>By value, as all of a definition: an agent that tells the same again has not changed anything.</summary>
    public bool Equals(OffsiteDefinition? other) => other is not null && OverdueAfter == other.OverdueAfter && Remotes.SequenceEqual(other.Remotes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(OverdueAfter, Remotes.Length);
}
