using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>A file to be made or to be had already, with what is known of it.</summary>
/// <param name="Handle">The open file.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="Signature">The hashes of its pieces.</param>
internal sealed record SignedFile(SafeFileHandle Handle, string Sha256, FileSignature Signature);

/// <summary>Finds out what of a file is new.</summary>
internal static class DeltaPlanner
{
    /// <summary>A frame of a first copy: large enough to be compressed well, small enough to be repeated when the connection is cut.</summary>
    private const int WholeFrameBytes = 1 << 20;

    /// <summary>How to make <paramref name="newFile"/> out of nothing.</summary>
    public static DeltaPlan PlanWhole(SignedFile newFile)
    {
        var signature = newFile.Signature;
        var unit = signature.PageBytes;
        var frameBytes = WholeFrameBytes / unit * unit;
        var frames = new List<DeltaFrame>();
        for (long offset = 0; offset < signature.FileLength; offset += frameBytes)
        {
            frames.Add(new LiteralFrame([new ByteRange(offset, Math.Min(frameBytes, signature.FileLength - offset))], []));
        }

        return new DeltaPlan(new DeltaHeader(unit, signature.FileLength, newFile.Sha256, 0, null), frames);
    }

    /// <summary>How to make <paramref name="newFile"/> out of <paramref name="oldFile"/>. Reads those pages of both that differ.</summary>
    public static DeltaPlan Plan(SignedFile newFile, SignedFile oldFile, CancellationToken cancellation)
    {
        if (!newFile.Signature.IsLike(oldFile.Signature))
        {
            return PlanWhole(newFile);
        }

        var header = new DeltaHeader(newFile.Signature.PageBytes, newFile.Signature.FileLength, newFile.Sha256, oldFile.Signature.FileLength, oldFile.Sha256);
        return new DeltaPlan(header, newFile.Signature.Kind == CutKind.Pages
            ? new PageComparison(newFile, oldFile, cancellation).Frames()
            : new ContentComparison(newFile.Signature, oldFile.Signature).Frames());
    }
}
