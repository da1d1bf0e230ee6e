using System.Buffers.Binary;

namespace CvpActors.Shipping.Delta;

/// <summary>One frame as it was read: what it holds is checked against its own check, and not yet against the files.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Head, body and check; valid until the next is read.</param>
internal readonly record struct RawFrame(FrameKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Without head and check.</summary>
    public ReadOnlySpan<byte> Body => Bytes.Span[DeltaFormat.FrameHeadBytes..^DeltaFormat.CheckBytes];
}

/// <summary>Reads a delta from a stream that may hold anything.</summary>
internal sealed class DeltaReader(Stream stream)
{
    private byte[] _buffer = new byte[1 << 16];

    /// <summary>Opens a file to be read from its beginning to its end, also while it is written.</summary>
    public static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);

    /// <exception cref="DeltaFormatException">It is no header.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public async ValueTask<DeltaHeader> ReadHeaderAsync(CancellationToken cancellation)
    {
        await stream.ReadExactlyAsync(_buffer.AsMemory(0, DeltaFormat.HeaderBytes), cancellation);
        return DeltaHeader.Decode(_buffer.AsSpan(0, DeltaFormat.HeaderBytes));
    }

    /// <summary>The next frame, the end included.</summary>
    /// <exception cref="DeltaFormatException">It is damaged, or none.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before the end of the delta.</exception>
    public async ValueTask<RawFrame> ReadFrameAsync(CancellationToken cancellation)
    {
        await stream.ReadExactlyAsync(_buffer.AsMemory(0, DeltaFormat.FrameHeadBytes), cancellation);
        var length = LengthOf(_buffer);
        if (_buffer.Length < length)
        {
            Array.Resize(ref _buffer, length);
        }

        await stream.ReadExactlyAsync(_buffer.AsMemory(DeltaFormat.FrameHeadBytes, length - DeltaFormat.FrameHeadBytes), cancellation);
        return Checked(_buffer.AsMemory(0, length));
    }

    /// <summary>The first frame of what is in memory.</summary>
    /// <exception cref="DeltaFormatException">It is damaged, cut off, or none.</exception>
    public static RawFrame Parse(ReadOnlyMemory<byte> delta) =>
        delta.Length >= DeltaFormat.FrameHeadBytes && LengthOf(delta.Span) is var length && delta.Length >= length
            ? Checked(delta[..length])
            : throw new DeltaFormatException("the delta is cut off");

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var kind = (FrameKind)head[0];
        var body = BinaryPrimitives.ReadInt32LittleEndian(head[1..]);
        return kind is FrameKind.Copies or FrameKind.Literals or FrameKind.End && body is >= 0 and <= DeltaFormat.MaxBodyBytes
            ? DeltaFormat.FrameHeadBytes + body + DeltaFormat.CheckBytes
            : throw new DeltaFormatException($"a frame of kind {(byte)kind} and {body} bytes is not known here");
    }

    private static RawFrame Checked(ReadOnlyMemory<byte> frame)
    {
        var end = frame.Length - DeltaFormat.CheckBytes;
        return BinaryPrimitives.ReadUInt64LittleEndian(frame.Span[end..]) == FrameCheck.Of(frame.Span[..end])
            ? new RawFrame((FrameKind)frame.Span[0], frame)
            : throw new DeltaFormatException("a frame of the delta is damaged");
    }
}
