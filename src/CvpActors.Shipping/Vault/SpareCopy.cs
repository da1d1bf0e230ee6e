using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Shipping.Vault;

/// <summary>
/// A second plain copy of the newest generation. The next one is patched into it and renamed, so that what has not changed need not be
/// written again; then the former plain file becomes the spare.
/// </summary>
internal sealed class SpareCopy(VaultPaths paths)
{
    /// <summary>Whether the spare is a whole copy of the file with this SHA-256.</summary>
    public bool IsCopyOf(string sha256) => File.Exists(paths.Spare) && VaultFiles.TryRead(paths.SpareState, VaultJson.Default.SpareState)?.Sha256 == sha256;

    /// <summary>Gives the spare away under another name, if it is a copy of this.</summary>
    public bool TryTake(string sha256, string target)
    {
        if (!IsCopyOf(sha256))
        {
            return false;
        }

        File.Move(paths.Spare, target, overwrite: true);
        File.Delete(paths.SpareState);
        return true;
    }

    /// <summary>Keeps none.</summary>
    public void Remove()
    {
        File.Delete(paths.Previous);
        File.Delete(paths.Spare);
        File.Delete(paths.SpareState);
    }

    /// <summary>Makes the spare a copy of the newest file: out of the former one where the frames that changed it are known, as a whole otherwise.</summary>
    /// <param name="newest">The manifest of the plain file.</param>
    /// <param name="formerSha256">The SHA-256 of what was plain before it; null when there was nothing.</param>
    /// <param name="arrived">What has arrived last.</param>
    /// <param name="cancellation">Ends it; there is no spare then.</param>
    public async Task RenewAsync(BackupManifest newest, string? formerSha256, UploadState? arrived, CancellationToken cancellation)
    {
        File.Delete(paths.SpareState);
        var isPatch = formerSha256 is not null && arrived?.BaseSha256 == formerSha256 && arrived.Manifest == newest
            && File.Exists(paths.Previous) && File.Exists(paths.IncomingDelta);
        if (!isPatch || !await TryPatchAsync(newest, cancellation))
        {
            File.Delete(paths.Previous);
            await Task.Run(() => File.Copy(paths.Plain, paths.Spare, overwrite: true), cancellation);
        }

        DurableFile.FlushBytes(paths.Spare);
        VaultFiles.Write(paths.SpareState, new SpareState(newest.Sha256), VaultJson.Default.SpareState);
    }

    private async Task<bool> TryPatchAsync(BackupManifest newest, CancellationToken cancellation)
    {
        File.Move(paths.Previous, paths.Spare, overwrite: true);
        await using var delta = new FileStream(paths.IncomingDelta, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        await GenerationChain.CopyChangesAsync(delta, current: paths.Plain, stale: paths.Spare, cancellation);
        return await Task.Run(() => Sha256File.Compute(paths.Spare, cancellation), cancellation) == newest.Sha256;
    }
}
