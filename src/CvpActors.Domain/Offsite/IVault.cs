using System.Collections.Immutable;
using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Offsite;

/// <summary>What a remote node keeps of other sites' databases.</summary>
public interface IVault
{
    /// <summary>The databases of which something is held.</summary>
    ImmutableArray<string> Databases { get; }

    /// <summary>Bytes that are free on the vault's disk.</summary>
    long FreeBytes { get; }

    /// <summary>What is here already of what a sender has.</summary>
    /// <exception cref="VaultException">It cannot be told.</exception>
    Task<OfferAnswer> OfferAsync(BackupManifest manifest);

    /// <summary>Makes ready for exactly one delta: the room, and the file that it changes.</summary>
    /// <exception cref="VaultException">It cannot be taken in; nothing that is held has changed.</exception>
    Task<IssuedTicket> IssueTicketAsync(BackupManifest manifest, byte[] header, string digest);

    /// <summary>What is held of one database, newest first; empty when nothing is.</summary>
    /// <exception cref="VaultException">It cannot be told.</exception>
    Task<ImmutableArray<HeldGeneration>> ListAsync(string database);

    /// <summary>Reads everything that is held and compares it with what was verified.</summary>
    /// <returns>What is damaged; empty when all is well.</returns>
    Task<ImmutableArray<VaultDamage>> ScrubAsync(CancellationToken cancellation);

    /// <summary>Stores a damaged older generation anew, out of a whole copy that somebody else has, and with it those that were lost for its sake.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sha256">The damaged generation's SHA-256: what is fetched must have it.</param>
    /// <param name="fetch">Writes the copy's bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False when it is not damaged here, or cannot be stored since the next newer one, which it is made from, is damaged.</returns>
    /// <exception cref="VaultException"><c>mismatch</c>: other bytes came. Nothing has changed.</exception>
    /// <exception cref="IOException">There is no room. Nothing has changed.</exception>
    Task<bool> MendAsync(string database, string sha256, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellation);
}

/// <summary>A permission to send one delta.</summary>
/// <param name="Ticket">64 hexadecimal digits that nobody can guess.</param>
/// <param name="FirstFrame">The first frame that is to be sent.</param>
public sealed record IssuedTicket(string Ticket, int FirstFrame);

/// <summary>What a scrub found.</summary>
/// <param name="Database">The database.</param>
/// <param name="IsNewest">Whether it is the newest generation, which its sender may still have.</param>
/// <param name="Text">What is damaged, for people.</param>
public sealed record VaultDamage(string Database, bool IsNewest, string Text)
{
    /// <summary>A generation that is damaged.</summary>
    public static VaultDamage Of(string database, long generation, bool isNewest, string damage) =>
        new(database, isNewest, FormattableString.Invariant($"{database}, generation {generation}: {damage}"));
}

/// <summary>One generation at a remote.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="StoredBytes">What it takes on the disk, in bytes.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="CompletedAt">When the backup was complete, UTC.</param>
/// <param name="VerifiedAt">When it was verified at the remote, UTC.</param>
/// <param name="Plain">Whether it is a plain file there.</param>
/// <param name="LockedUntil">Until when nothing removes it, UTC; null when the policy alone decides.</param>
/// <param name="Damage">What was found wrong with it; null when nothing was.</param>
public sealed record HeldGeneration(
    long Generation,
    long Bytes,
    long StoredBytes,
    string Sha256,
    DateTimeOffset CompletedAt,
    DateTimeOffset VerifiedAt,
    bool Plain,
    DateTimeOffset? LockedUntil,
    string? Damage);

/// <summary>A vault that cannot do what it is asked; nothing that it holds has changed.</summary>
public sealed class VaultException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">A stable word for programs: <c>no-room</c>, <c>no-base</c>, <c>no-ticket</c>, <c>mismatch</c>, <c>malformed</c>, <c>out-of-step</c>, <c>unknown-generation</c>, <c>damaged</c>.</param>
    /// <param name="message">What is wrong, for people.</param>
    /// <param name="cause">What led to it.</param>
    public VaultException(string kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    /// <summary>A stable word for programs.</summary>
    public string Kind { get; }
}
