using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Makes the bytes of one frame after the other; one for each thread.</summary>
internal sealed class FrameEncoder(DeltaHeader header, SafeFileHandle newFile, SafeFileHandle? oldFile, int level = ZstdCodec.DefaultLevel) : IDisposable
{
    private readonly ZstdCodec _zstd = ZstdCodec.Create(level);
    private readonly RangeCoding _coding = new(header);
    private byte[] _content = [];
    private byte[] _prefix = [];

    /// <summary>The frame as it stands in a delta, in a buffer of the shared pool.</summary>
    public EncodedFrame Encode(DeltaFrame frame) => frame switch
    {
        CopyFrame copies => Finish(FrameKind.Copies, FrameCheck.AsSpan(_coding.Encode(copies)), []),
        LiteralFrame literals => Encode(literals),
        _ => throw new InvalidOperationException($"no frame: {frame}"),
    };

    /// <summary>The end of a delta of so many frames.</summary>
    public static EncodedFrame End(int frames)
    {
        var body = new List<byte>();
        Varint.Write(body, (ulong)frames);
        return Finish(FrameKind.End, FrameCheck.AsSpan(body), []);
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    private EncodedFrame Encode(LiteralFrame frame)
    {
        var prefixes = oldFile is null ? [] : frame.PrefixesWithin(header.OldLength);
        var content = Blocks.Room(ref _content, frame.TargetBytes);
        var prefix = Blocks.Room(ref _prefix, (int)prefixes.Sum(range => range.Length));
        Blocks.ReadAll(newFile, frame.Targets, content);
        if (oldFile is not null)
        {
            Blocks.ReadAll(oldFile, prefixes, prefix);
        }

        var ranges = _coding.Encode(frame, stored: false);
        var compressed = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            var length = content.IsEmpty ? 0 : _zstd.Compress(prefix, content, compressed.AsSpan(0, content.Length - 1));
            return length > 0
                ? Finish(FrameKind.Literals, FrameCheck.AsSpan(ranges), compressed.AsSpan(0, length))
                : Finish(FrameKind.Literals, FrameCheck.AsSpan(_coding.Encode(frame, stored: true)), content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    private static EncodedFrame Finish(FrameKind kind, ReadOnlySpan<byte> ranges, ReadOnlySpan<byte> content)
    {
        var body = ranges.Length + content.Length;
        var length = DeltaFormat.FrameHeadBytes + body + DeltaFormat.CheckBytes;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), body);
        ranges.CopyTo(bytes.AsSpan(DeltaFormat.FrameHeadBytes));
        content.CopyTo(bytes.AsSpan(DeltaFormat.FrameHeadBytes + ranges.Length));
        var end = length - DeltaFormat.CheckBytes;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(end), FrameCheck.Of(bytes.AsSpan(0, end)));
        return new EncodedFrame(bytes, length);
    }
}

/// <summary>One frame's bytes, to be given back when they are written.</summary>
internal readonly struct EncodedFrame(byte[] buffer, int length) : IDisposable
{
    /// <summary>Head, body and check.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
