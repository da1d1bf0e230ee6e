namespace CvpActors.Domain.Ports;

/// <summary>
/// A sign of life of the cluster's coordinator, kept beside the journal, where a node that reaches nobody else can still see it. It says that
/// there is a cluster, so that no second one is founded on the same journal; it forbids nothing that the token does not forbid already.
/// </summary>
public interface ICoordinatorPulse
{
    /// <summary>Leaves a sign of life.</summary>
    /// <returns>False when the coordinator of a later epoch has left one: this one was superseded.</returns>
    /// <exception cref="Exception">The journal's server cannot be reached.</exception>
    Task<bool> BeatAsync(long epoch, string node, CancellationToken cancellation);

    /// <summary>The latest sign of life; null when there never was one.</summary>
    /// <exception cref="Exception">The journal's server cannot be reached.</exception>
    Task<PulseBeat?> ReadAsync(CancellationToken cancellation);
}

/// <summary>One sign of life. Two that are equal, some time apart, mean that nobody coordinates.</summary>
/// <param name="Epoch">The coordinator's epoch.</param>
/// <param name="Node">Its node.</param>
/// <param name="Beats">How many there were.</param>
public sealed record PulseBeat(long Epoch, string Node, long Beats);
