using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// Makes a new file out of an old one, frame by frame. The file that is written must hold the old one's bytes at the start (or, without an old
/// one, nothing); frames read from the old file only, so a frame may be applied again after a crash.
/// </summary>
internal sealed class DeltaApplier : IDisposable
{
    private const int CopyBlockBytes = 1 << 20;

    private readonly DeltaHeader _header;
    private readonly SafeFileHandle? _oldFile;
    private readonly SafeFileHandle _newFile;
    private readonly RangeCoding _coding;
    private readonly ZstdCodec _zstd = ZstdCodec.Create();
    private readonly byte[] _copied = GC.AllocateUninitializedArray<byte>(CopyBlockBytes);
    private byte[] _content = [];
    private byte[] _prefix = [];

    /// <summary>Begins: the new file gets its length.</summary>
    /// <param name="header">What is made of what.</param>
    /// <param name="oldFile">The old file; null without one.</param>
    /// <param name="newFile">The file that becomes the new one, open for writing.</param>
    public DeltaApplier(DeltaHeader header, SafeFileHandle? oldFile, SafeFileHandle newFile)
    {
        if (oldFile is not null && RandomAccess.GetLength(oldFile) != header.OldLength)
        {
            throw new DeltaFormatException($"the delta is made for an old file of {header.OldLength} bytes; this one has {RandomAccess.GetLength(oldFile)}");
        }

        (_header, _oldFile, _newFile, _coding) = (header, oldFile, newFile, new RangeCoding(header));
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
        var body = frame.Body;
        switch (frame.Kind)
        {
            case FrameKind.Copies:
                Apply(_coding.DecodeCopies(body));
                break;
            case FrameKind.Literals:
                ApplyLiterals(body);
                break;
            default:
                var announced = Varint.Read(ref body);
                return announced == (ulong)Frames
                    ? false
                    : throw new DeltaFormatException($"the delta ends after {Frames} frames instead of {announced}");
        }

        Frames++;
        return true;
    }

    /// <summary>Frames that an earlier try has applied already.</summary>
    public void Skip(int frames) => Frames += frames;

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    private void Apply(CopyFrame frame)
    {
        foreach (var copy in frame.Copies)
        {
            for (long done = 0; done < copy.Length;)
            {
                var block = _copied.AsSpan(0, (int)Math.Min(_copied.Length, copy.Length - done));
                Blocks.ReadExactly(Old(), block, copy.Source + done);
                RandomAccess.Write(_newFile, block, copy.Target + done);
                done += block.Length;
            }
        }
    }

    private void ApplyLiterals(ReadOnlySpan<byte> body)
    {
        var (frame, stored) = _coding.DecodeLiterals(ref body);
        var content = Grown(ref _content, frame.TargetBytes);
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
            var prefixes = _oldFile is null ? [] : frame.PrefixesWithin(_header.OldLength);
            var prefix = Grown(ref _prefix, (int)prefixes.Sum(range => range.Length));
            if (prefixes.Count > 0)
            {
                Blocks.ReadAll(Old(), prefixes, prefix);
            }

            _zstd.Decompress(prefix, body, content);
        }

        foreach (var target in frame.Targets)
        {
            RandomAccess.Write(_newFile, content[..(int)target.Length], target.Offset);
            content = content[(int)target.Length..];
        }

        LiteralBytes += frame.TargetBytes;
    }

    private SafeFileHandle Old() => _oldFile ?? throw new DeltaFormatException("a frame reads from an old file, and the delta has none");

    private static Span<byte> Grown(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        return buffer.AsSpan(0, length);
    }
}
