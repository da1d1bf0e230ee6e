using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Ports;
using CvpActors.Shipping.Delta;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Transfer;

/// <summary>Sends the <c>.old</c> file of one database to one remote: what the remote lacks of it.</summary>
/// <param name="backups">The database's files; only <c>.old</c> is ever opened (rule 8).</param>
/// <param name="directory">Where what was sent is kept, on the file system of the backups.</param>
/// <param name="http">The client to send with.</param>
/// <param name="time">The clock.</param>
public sealed class Shipper(IBackupReader backups, string directory, HttpClient http, TimeProvider time) : IShipper
{
    private readonly ShippingShelf _shelf = new(directory);

    /// <inheritdoc/>
    public async Task<Shipped> ShipAsync(string wantedSha256, IVaultLink vault, IProgress<ShippingProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vault);
        ArgumentNullException.ThrowIfNull(progress);
        var sending = _shelf.Take(backups, wantedSha256)
            ?? throw new ShipmentFailedException($"{BackupNames.Old} is not the generation that was asked for any more");
        var offer = await vault.OfferAsync(sending.Manifest, cancellation);
        using var newFile = File.OpenHandle(sending.File);
        var signature = await Task.Run(() => sending.Signature(newFile, cancellation), cancellation);
        if (offer.VerifiedAt is { } verifiedBefore)
        {
            _shelf.KeepAsSent();
            return new Shipped(sending.Manifest, verifiedBefore, 0);
        }

        var signed = new SignedFile(newFile, sending.Manifest.Sha256, signature);
        var known = BaseFor(sending, offer.NewestSha256);
        using var oldFile = known is null ? null : File.OpenHandle(known.File);
        var plan = await Task.Run(() => PlanFor(signed, known, oldFile, cancellation), cancellation);
        var ticket = await vault.RequestTicketAsync(sending.Manifest, plan.Header.Encode(), plan.Digest(), cancellation);
        var shipped = await SendAsync(sending.Manifest, plan, newFile, oldFile, ticket, progress, cancellation);
        _shelf.KeepAsSent();
        return shipped;
    }

    /// <summary>What the remote has already and this side too; null when everything has to be sent.</summary>
    private ShelvedFile? BaseFor(ShelvedFile sending, string? newestSha256) =>
        newestSha256 is null ? null
        : sending.Manifest.Sha256 == newestSha256 ? sending
        : _shelf.LastSent is { } sent && sent.Manifest.Sha256 == newestSha256 ? sent
        : null;

    private static DeltaPlan PlanFor(SignedFile newFile, ShelvedFile? known, SafeFileHandle? oldFile, CancellationToken cancellation) =>
        known is null || oldFile is null
            ? DeltaPlanner.PlanWhole(newFile)
            : DeltaPlanner.Plan(newFile, new SignedFile(oldFile, known.Manifest.Sha256, known.Signature(oldFile, cancellation)), cancellation);

    private async Task<Shipped> SendAsync(
        BackupManifest manifest,
        DeltaPlan plan,
        SafeFileHandle newFile,
        SafeFileHandle? oldFile,
        TicketToSend ticket,
        IProgress<ShippingProgress> progress,
        CancellationToken cancellation)
    {
        using var content = new DeltaContent(plan, newFile, oldFile, ticket.FirstFrame, progress, time, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.Upload) { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            return response.StatusCode == HttpStatusCode.OK
                ? new Shipped(manifest, UploadAnswer.VerifiedAtOf(body), content.Sent)
                : throw new ShipmentFailedException(UploadAnswer.ErrorOf(body) ?? $"the remote answered {(int)response.StatusCode}");
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException or JsonException || (cause is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ShipmentFailedException($"the connection to {ticket.Upload.Authority} ended after {content.Sent} bytes: {cause.GetBaseException().Message}", cause);
        }
    }
}
