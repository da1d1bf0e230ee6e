using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Takes a piece of the new file.</summary>
/// <param name="content">Its bytes, valid until it returns.</param>
/// <param name="offset">Where it stands.</param>
internal delegate void TakePiece(ReadOnlySpan<byte> content, long offset);

/// <summary>Makes the pieces of the new file out of frames and the old file, which it only reads. Not for two threads at once.</summary>
internal sealed class FrameMaker(DeltaHeader header, SafeFileHandle? oldFile) : IDisposable
{
    private const int CopyBlockBytes = 1 << 20;

    private readonly RangeCoding _coding = new(header);
    private readonly ZstdCodec _zstd = ZstdCodec.Create();
    private byte[] _copied = [];
    private byte[] _content = [];
    private byte[] _prefix = [];

    /// <summary>Makes what one frame holds.</summary>
    /// <returns>Bytes of the new file that it makes from what it holds itself.</returns>
    /// <exception cref="DeltaFormatException">It does not fit the files, or is not what it says.</exception>
    public int Make(RawFrame frame, TakePiece take)
    {
        if (frame.Kind != FrameKind.Copies)
        {
            return MakeLiterals(frame.Body, take);
        }

        Copy(_coding.DecodeCopies(frame.Body), take);
        return 0;
    }

    /// <summary>The end says how many frames came before it.</summary>
    /// <exception cref="DeltaFormatException">It says another number.</exception>
    public static void CheckEnd(RawFrame end, int frames)
    {
        var body = end.Body;
        var announced = Varint.Read(ref body);
        if (announced != (ulong)frames)
        {
            throw new DeltaFormatException($"the delta ends after {frames} frames instead of {announced}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    private void Copy(CopyFrame frame, TakePiece take)
    {
        foreach (var copy in frame.Copies)
        {
            for (long done = 0; done < copy.Length;)
            {
                var block = Blocks.Room(ref _copied, (int)Math.Min(CopyBlockBytes, copy.Length - done));
                Blocks.ReadExactly(Old(), block, copy.Source + done);
                take(block, copy.Target + done);
                done += block.Length;
            }
        }
    }

    private int MakeLiterals(ReadOnlySpan<byte> body, TakePiece take)
    {
        var (frame, stored) = _coding.DecodeLiterals(ref body);
        var content = Blocks.Room(ref _content, frame.TargetBytes);
        if (stored)
        {
            if (body.Length != content.Length)
            {
                throw new DeltaFormatException($"the content of a frame is {body.Length} bytes instead of {content.Length}");
            }

            body.CopyTo(content);
        }
        else
        {
            var prefixes = oldFile is null ? [] : frame.PrefixesWithin(header.OldLength);
            var prefix = Blocks.Room(ref _prefix, (int)prefixes.Sum(range => range.Length));
            if (prefixes.Count > 0)
            {
                Blocks.ReadAll(Old(), prefixes, prefix);
            }

            _zstd.Decompress(prefix, body, content);
        }

        foreach (var target in frame.Targets)
        {
            take(content[..(int)target.Length], target.Offset);
            content = content[(int)target.Length..];
        }

        return frame.TargetBytes;
    }

    private SafeFileHandle Old() => oldFile ?? throw new DeltaFormatException("a frame reads from an old file, and the delta has none");
}
