using CvpActors.Domain.Backups;
using CvpActors.Domain.Offsite;
using CvpActors.Files;
using CvpActors.Shipping.Delta;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Vault;

/// <summary>Which delta a sender is about to send.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Digest">Its plan's identity.</param>
internal sealed record AnnouncedPlan(DeltaHeader Header, string Digest);

/// <summary>The place of the one generation that is arriving.</summary>
internal sealed class Incoming(VaultPaths paths, SpareCopy spare)
{
    /// <summary>What stays free beside an arriving file: its frames, and the delta of the one before.</summary>
    private const long RoomToSpare = 64 << 20;

    /// <summary>Takes up what an earlier try has brought; null when there is nothing of the same delta.</summary>
    /// <exception cref="VaultException">The delta does not fit what is held.</exception>
    public async Task<Upload?> ResumeAsync(Catalog catalog, BackupManifest manifest, AnnouncedPlan plan)
    {
        RefuseWhatDoesNotFit(catalog, manifest, plan.Header);
        var baseFile = OpenBase(plan.Header);
        var resumed = await Upload.TryResumeAsync(paths, StateOf(manifest, plan), baseFile);
        if (resumed is null)
        {
            baseFile?.Dispose();
        }

        return resumed;
    }

    /// <summary>Begins with the spare copy, or a new one, of the file that the delta builds on.</summary>
    /// <exception cref="VaultException">There is no room.</exception>
    public async Task<Upload> BeginAsync(BackupManifest manifest, AnnouncedPlan plan, CancellationToken cancellation)
    {
        var header = plan.Header;
        Discard();
        RefuseWithoutRoom(manifest, header);
        Directory.CreateDirectory(paths.Incoming);
        if (header.OldSha256 is { } sha256 && !spare.TryTake(sha256, paths.IncomingFile))
        {
            await Task.Run(() => File.Copy(paths.Plain, paths.IncomingFile), cancellation);
        }

        return Upload.Begin(paths, StateOf(manifest, plan), header, OpenBase(header));
    }

    /// <summary>The manifest of what is arriving, or has arrived and still serves the spare; null when nothing is.</summary>
    public UploadState? State => JsonFile.TryRead(paths.IncomingState, VaultJson.Default.UploadState);

    /// <summary>Throws away what has arrived.</summary>
    public void Discard()
    {
        if (Directory.Exists(paths.Incoming))
        {
            Directory.Delete(paths.Incoming, recursive: true);
        }
    }

    private static void RefuseWhatDoesNotFit(Catalog catalog, BackupManifest manifest, DeltaHeader header)
    {
        if (header.NewLength != manifest.Bytes || header.NewSha256 != manifest.Sha256)
        {
            throw new VaultException("malformed", "the delta makes another file than the one that was offered");
        }

        if (header.OldSha256 is { } wanted && (catalog.Newest is not { Damage: null } newest || newest.Manifest.Sha256 != wanted))
        {
            throw new VaultException("no-base", $"the delta builds on a file with the SHA-256 {wanted}, which is not the newest here");
        }
    }

    private void RefuseWithoutRoom(BackupManifest manifest, DeltaHeader header)
    {
        var grows = header.OldSha256 is { } sha256 && spare.IsCopyOf(sha256) ? Math.Max(0, manifest.Bytes - header.OldLength) : manifest.Bytes;
        var free = new DriveInfo(paths.Directory).AvailableFreeSpace;
        if (free < grows + RoomToSpare)
        {
            throw new VaultException("no-room", $"the disk of {paths.Directory} has {free} bytes free, and generation {manifest.Generation} needs {grows + RoomToSpare}");
        }
    }

    private SafeFileHandle? OpenBase(DeltaHeader header) =>
        header.OldSha256 is null ? null : File.OpenHandle(paths.Plain, share: FileShare.ReadWrite | FileShare.Delete);

    private static UploadState StateOf(BackupManifest manifest, AnnouncedPlan plan) => new(manifest, plan.Digest, plan.Header.OldSha256, MachineRun.Id, 0);
}
