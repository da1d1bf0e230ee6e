using CvpActors.Domain.Backups;

namespace CvpActors.Shipping.Vault;

/// <summary>What a vault knows of one generation that it holds.</summary>
/// <param name="Manifest">As its sender described it.</param>
/// <param name="Ordinal">The running number of arrivals of this database at this vault; a sender that began anew may send a generation's number twice.</param>
/// <param name="VerifiedAt">When its SHA-256 was found to be the sender's, by this machine's clock, UTC.</param>
/// <param name="ArrivedAt">The vault's own age at that moment (<see cref="VaultClock"/>): what locks go by.</param>
public sealed record StoredGeneration(BackupManifest Manifest, long Ordinal, DateTimeOffset VerifiedAt, TimeSpan ArrivedAt)
{
    /// <summary>The file under <c>generations</c> that makes it out of the next newer one that is kept; null for the newest, which is plain.</summary>
    public string? DeltaFile { get; init; }

    /// <summary>SHA-256 of that file.</summary>
    public string? DeltaSha256 { get; init; }

    /// <summary>What it takes on the disk, in bytes.</summary>
    public long StoredBytes { get; init; }

    /// <summary>What was found wrong with it; null while nothing was.</summary>
    public string? Damage { get; init; }
}

/// <summary>All that a vault holds of one database; the one file that says what is valid.</summary>
/// <param name="Newest">The generation that is a plain file; null before the first.</param>
/// <param name="Publishing">A generation that is verified and about to become the newest; null most of the time.</param>
/// <param name="Older">The others, newest first; each is made out of the one before it.</param>
/// <param name="LastOrdinal">The highest ordinal that was given.</param>
internal sealed record Catalog(StoredGeneration? Newest, StoredGeneration? Publishing, IReadOnlyList<StoredGeneration> Older, long LastOrdinal)
{
    public static Catalog Empty { get; } = new(null, null, [], 0);

    /// <summary>All, newest first.</summary>
    public IEnumerable<StoredGeneration> All => Newest is { } newest ? Older.Prepend(newest) : Older;
}
