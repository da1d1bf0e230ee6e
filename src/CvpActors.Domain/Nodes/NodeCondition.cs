using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Nodes;

/// <summary>What a node says of itself, whatever databases it serves.</summary>
/// <param name="Node">Its name.</param>
/// <param name="ClockOffset">How far its clock is ahead of most others' (negative: behind).</param>
/// <param name="CertificateEnds">When its certificate for the cluster ends, UTC; null when it has none.</param>
/// <param name="Receivers">Whom it would alert as a coordinator; null when it cannot be one.</param>
public sealed record NodeCondition(string Node, TimeSpan ClockOffset, DateTimeOffset? CertificateEnds, ImmutableArray<string>? Receivers)
{
    /// <summary>What its vault's last scrub found damaged, a line each; null when it has none, or none was scrubbed yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? Damaged { get; init; }
}
