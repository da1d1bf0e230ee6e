using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// Makes a new file out of an old one, frame by frame. The file that is written must hold the old one's bytes at the start (or, without an old
/// one, nothing); frames read from the old file only, so a frame may be applied again after a crash.
/// </summary>
internal sealed class DeltaApplier : IDisposable
{
    private readonly SafeFileHandle _newFile;
    private readonly FrameMaker _maker;

    /// <summary>Begins: the new file gets its length.</summary>
    /// <param name="header">What is made of what.</param>
    /// <param name="oldFile">The old file; null without one.</param>
    /// <param name="newFile">The file that becomes the new one, open for writing.</param>
    public DeltaApplier(DeltaHeader header, SafeFileHandle? oldFile, SafeFileHandle newFile)
    {
        if (oldFile is not null)
        {
            header.RefuseOtherOld(oldFile);
        }

        (_newFile, _maker) = (newFile, new FrameMaker(header, oldFile));
        if (RandomAccess.GetLength(newFile) != header.NewLength)
        {
            RandomAccess.SetLength(newFile, header.NewLength);
        }
    }

    /// <summary>Frames that were applied.</summary>
    public int Frames { get; private set; }

    /// <summary>Bytes of the new file that these frames have made from what they hold.</summary>
    public long LiteralBytes { get; private set; }

    /// <summary>Applies one frame; false when it was the end.</summary>
    /// <exception cref="DeltaFormatException">It does not fit the files, or is not what it says.</exception>
    public bool Apply(RawFrame frame)
    {
        if (frame.Kind == FrameKind.End)
        {
            FrameMaker.CheckEnd(frame, Frames);
            return false;
        }

        LiteralBytes += _maker.Make(frame, (content, offset) => RandomAccess.Write(_newFile, content, offset));
        Frames++;
        return true;
    }

    /// <summary>What an earlier try has applied already.</summary>
    public void Skip(int frames, long literalBytes = 0)
    {
        Frames += frames;
        LiteralBytes += literalBytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _maker.Dispose();
}
