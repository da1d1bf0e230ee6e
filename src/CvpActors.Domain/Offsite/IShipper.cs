using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Offsite;

/// <summary>Sends the old file of one database to one remote: what the remote lacks of it. Never reads the current one (rule 8).</summary>
public interface IShipper
{
    /// <summary>Sends a generation, or what is left of it after an earlier try.</summary>
    /// <param name="wantedSha256">Which one; it is what is <c>.old</c>, or what was begun.</param>
    /// <param name="vault">The remote.</param>
    /// <param name="progress">Told about once a second.</param>
    /// <param name="cancellation">Ends it; the next try goes on where it was.</param>
    /// <exception cref="ShipmentFailedException">It failed; the message says why.</exception>
    Task<Shipped> ShipAsync(string wantedSha256, IVaultLink vault, IProgress<ShippingProgress> progress, CancellationToken cancellation);
}

/// <summary>The way to a vault, for agreeing on what to send; bytes go another way.</summary>
public interface IVaultLink
{
    /// <summary>Asks what is there already.</summary>
    /// <exception cref="ShipmentFailedException">The vault does not answer, or refuses.</exception>
    Task<OfferAnswer> OfferAsync(BackupManifest manifest, CancellationToken cancellation);

    /// <summary>Asks for the permission to send one delta.</summary>
    /// <param name="manifest">What the delta makes.</param>
    /// <param name="header">How the delta begins.</param>
    /// <param name="digest">The identity of its plan.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <exception cref="ShipmentFailedException">The vault does not answer, or refuses.</exception>
    Task<TicketToSend> RequestTicketAsync(BackupManifest manifest, byte[] header, string digest, CancellationToken cancellation);
}

/// <summary>What a sender is told of a generation that it offers.</summary>
/// <param name="VerifiedAt">When it was verified there, by the remote's clock, UTC; null when it is not held.</param>
/// <param name="NewestSha256">What a delta may build on; null when there is nothing sound.</param>
public sealed record OfferAnswer(DateTimeOffset? VerifiedAt, string? NewestSha256);

/// <summary>A ticket, and where it is taken.</summary>
/// <param name="Upload">Where the delta is sent to, with the ticket.</param>
/// <param name="FirstFrame">The first frame that is to be sent.</param>
public sealed record TicketToSend(Uri Upload, int FirstFrame);

/// <summary>How far a shipment is.</summary>
/// <param name="Bytes">The length of the file in bytes.</param>
/// <param name="Sent">Bytes that have gone over the network.</param>
/// <param name="Done">The part of what is to be sent that is sent, 0 to 1.</param>
/// <param name="BytesPerSecond">The rate since it began.</param>
public sealed record ShippingProgress(long Bytes, long Sent, double Done, double BytesPerSecond);

/// <summary>A generation that is verified at a remote.</summary>
/// <param name="Manifest">Which one.</param>
/// <param name="VerifiedAt">When, by the remote's clock, UTC.</param>
/// <param name="BytesSent">What went over the network for it, in this try.</param>
public sealed record Shipped(BackupManifest Manifest, DateTimeOffset VerifiedAt, long BytesSent);

/// <summary>A shipment that came to no end; it is tried again later.</summary>
public sealed class ShipmentFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ShipmentFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
