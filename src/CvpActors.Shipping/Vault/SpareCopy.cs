using CvpActors.Domain.Backups;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>
/// A second plain copy of the newest generation. The next one is patched into it and renamed, so that what has not changed need not be
/// written again; then the former plain file becomes the spare.
/// </summary>
internal sealed class SpareCopy(VaultPaths paths)
{
    /// <summary>Whether the spare is a whole copy of the file with this SHA-256.</summary>
    public bool IsCopyOf(string sha256) => File.Exists(paths.Spare) && JsonFile.TryRead(paths.SpareState, VaultJson.Default.SpareState)?.Sha256 == sha256;

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
        JsonFile.Write(paths.SpareState, new SpareState(newest.Sha256), VaultJson.Default.SpareState);
    }

    private async Task<bool> TryPatchAsync(BackupManifest newest, CancellationToken cancellation)
    {
        File.Move(paths.Previous, paths.Spare, overwrite: true);
        await CopyChangesAsync(cancellation);
        return await Task.Run(() => Sha256File.Compute(paths.Spare, cancellation), cancellation) == newest.Sha256;
    }

    /// <summary>Copies from the newest file what the frames that have arrived name.</summary>
    private async Task CopyChangesAsync(CancellationToken cancellation)
    {
        await using var delta = DeltaReader.Open(paths.IncomingDelta);
        using var from = File.OpenHandle(paths.Plain, share: FileShare.ReadWrite | FileShare.Delete);
        using var to = File.OpenHandle(paths.Spare, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(to, RandomAccess.GetLength(from));
        var reader = new DeltaReader(delta);
        var coding = new RangeCoding(await reader.ReadHeaderAsync(cancellation));
        var block = GC.AllocateUninitializedArray<byte>(1 << 20);
        for (RawFrame frame; (frame = await reader.ReadFrameAsync(cancellation)).Kind != FrameKind.End;)
        {
            foreach (var range in coding.TargetsOf(frame))
            {
                for (var at = range.Offset; at < range.End; at += block.Length)
                {
                    var bytes = block.AsSpan(0, (int)Math.Min(block.Length, range.End - at));
                    Blocks.ReadExactly(from, bytes, at);
                    RandomAccess.Write(to, bytes, at);
                }
            }
        }
    }
}
