using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Transfer;

/// <summary>
/// What a sender keeps for one remote, in the database's backup directory: the generation that is being sent, and the one that was sent last, to
/// compare with. Both are second names of backup files: a rotation during a shipment takes nothing away from it.
/// </summary>
/// <param name="directory">A directory on the file system of the backups, for this remote alone.</param>
internal sealed class ShippingShelf(string directory)
{
    private const string Sending = "sending";
    private const string Sent = "sent";

    /// <summary>The generation to send: what was begun before, or what is <c>.old</c> now if another is wanted.</summary>
    /// <param name="backups">The database's files.</param>
    /// <param name="wantedSha256">Which one the coordinator has ordered.</param>
    /// <returns>Null when the wanted one is there no more.</returns>
    public ShelvedFile? Take(IBackupReader backups, string wantedSha256)
    {
        Directory.CreateDirectory(directory);
        if (Read(Sending) is { } begun && begun.Manifest.Sha256 == wantedSha256)
        {
            return begun;
        }

        Remove(Sending);
        var manifest = backups.Link(BackupNames.Old, PathOf(Sending));
        if (manifest is null || manifest.Sha256 != wantedSha256)
        {
            Remove(Sending);
            return null;
        }

        JsonFile.Write(ManifestOf(Sending), manifest, ShelfJson.Default.BackupManifest);
        return Read(Sending);
    }

    /// <summary>What was sent last; null when nothing was, or it is there no more.</summary>
    public ShelvedFile? LastSent => Read(Sent);

    /// <summary>The generation is verified at the remote: the next is compared with it.</summary>
    public void KeepAsSent()
    {
        // A kill between these leaves a file without its manifest, which is none.
        Remove(Sent);
        File.Move(SignatureOf(Sending), SignatureOf(Sent), overwrite: true);
        File.Move(PathOf(Sending), PathOf(Sent), overwrite: true);
        File.Move(ManifestOf(Sending), ManifestOf(Sent), overwrite: true);
    }

    private ShelvedFile? Read(string name) =>
        File.Exists(PathOf(name))
        && JsonFile.TryRead(ManifestOf(name), ShelfJson.Default.BackupManifest) is { } manifest
        && new FileInfo(PathOf(name)).Length == manifest.Bytes
            ? new ShelvedFile(manifest, PathOf(name), SignatureOf(name))
            : null;

    private void Remove(string name)
    {
        File.Delete(ManifestOf(name));
        File.Delete(SignatureOf(name));
        File.Delete(PathOf(name));
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    private string ManifestOf(string name) => BackupNames.ManifestOf(PathOf(name));

    private string SignatureOf(string name) => PathOf(name) + ".signature";
}

/// <summary>A backup file under a name of its own.</summary>
/// <param name="Manifest">What is known of it.</param>
/// <param name="File">The file.</param>
/// <param name="SignatureFile">Where its signature is kept.</param>
internal sealed record ShelvedFile(BackupManifest Manifest, string File, string SignatureFile)
{
    /// <summary>The file's signature, from its file or from the bytes.</summary>
    public FileSignature Signature(Microsoft.Win32.SafeHandles.SafeFileHandle handle, CancellationToken cancellation)
    {
        if (FileSignature.Load(SignatureFile) is { } kept && kept.FileLength == Manifest.Bytes)
        {
            return kept;
        }

        var taken = SignatureReader.Read(handle, cancellation);
        taken.Save(SignatureFile);
        return taken;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ShelfJson : JsonSerializerContext;
