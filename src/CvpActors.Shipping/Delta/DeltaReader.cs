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
        var kind = (FrameKind)_buffer[0];
        var body = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(1));
        if (kind is not (FrameKind.Copies or FrameKind.Literals or FrameKind.End) || body is < 0 or > DeltaFormat.MaxBodyBytes)
        {
            throw new DeltaFormatException($"a frame of kind {(byte)kind} and {body} bytes is not known here");
        }

        var length = DeltaFormat.FrameHeadBytes + body + DeltaFormat.CheckBytes;
        if (_buffer.Length < length)
        {
            Array.Resize(ref _buffer, length);
        }

        await stream.ReadExactlyAsync(_buffer.AsMemory(DeltaFormat.FrameHeadBytes, length - DeltaFormat.FrameHeadBytes), cancellation);
        var end = length - DeltaFormat.CheckBytes;
        if (BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(end)) != FrameCheck.Of(_buffer.AsSpan(0, end)))
        {
            throw new DeltaFormatException("a frame of the delta is damaged");
        }

        return new RawFrame(kind, _buffer.AsMemory(0, length));
    }
}
