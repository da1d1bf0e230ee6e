using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace CvpActors.Shipping.Delta;

/// <summary>What one frame of a delta does, without its bytes.</summary>
internal abstract record DeltaFrame;

/// <summary>Pieces of the old file that stand elsewhere in the new one.</summary>
internal sealed record CopyFrame(IReadOnlyList<CopyRange> Copies) : DeltaFrame;

/// <summary>Pieces of the new file that stand nowhere in the old one, and pieces of the old file that resemble them.</summary>
/// <param name="Targets">Where in the new file.</param>
/// <param name="Prefixes">Where in the old file; null when they are the targets.</param>
internal sealed record LiteralFrame(IReadOnlyList<ByteRange> Targets, IReadOnlyList<ByteRange>? Prefixes) : DeltaFrame
{
    /// <summary>How many bytes of the new file it makes.</summary>
    public int TargetBytes => (int)Targets.Sum(range => range.Length);

    /// <summary>The pieces of the old file, whichever way they are told; those that the old file does not reach are left out.</summary>
    public IReadOnlyList<ByteRange> PrefixesWithin(long oldLength) => Prefixes ?? Clip(Targets, oldLength);

    private static List<ByteRange> Clip(IReadOnlyList<ByteRange> ranges, long length) =>
        [.. ranges.Where(r => r.Offset < length).Select(r => r with { Length = Math.Min(r.Length, length - r.Offset) })];
}

/// <summary>Ranges as bytes and back, in the units of one delta.</summary>
internal sealed class RangeCoding(DeltaHeader header)
{
    /// <summary>The body of a frame of copies.</summary>
    public List<byte> Encode(CopyFrame frame)
    {
        var bytes = new List<byte>(frame.Copies.Count * 6);
        Varint.Write(bytes, (ulong)frame.Copies.Count);
        long target = 0, source = 0;
        foreach (var copy in frame.Copies)
        {
            var length = Units(copy.Length);
            Varint.WriteSigned(bytes, Exactly(copy.Target) - target);
            Varint.WriteSigned(bytes, Exactly(copy.Source) - source);
            Varint.Write(bytes, (ulong)length);
            (target, source) = (Exactly(copy.Target) + length, Exactly(copy.Source) + length);
        }

        return bytes;
    }

    /// <summary>The beginning of the body of a frame of literals, before its content.</summary>
    public List<byte> Encode(LiteralFrame frame, bool stored)
    {
        var bytes = new List<byte>(8 + (frame.Targets.Count * 4)) { (byte)((frame.Prefixes is null ? 1 : 0) | (stored ? 2 : 0)) };
        Encode(bytes, frame.Targets);
        if (frame.Prefixes is { } prefixes)
        {
            Encode(bytes, prefixes);
        }

        return bytes;
    }

    /// <exception cref="DeltaFormatException">It names what is not in the files, or too much.</exception>
    public CopyFrame DecodeCopies(ReadOnlySpan<byte> body)
    {
        var copies = new List<CopyRange>(Count(ref body));
        long target = 0, source = 0;
        for (var left = copies.Capacity; left > 0; left--)
        {
            target = Next(target, Varint.ReadSigned(ref body));
            source = Next(source, Varint.ReadSigned(ref body));
            var length = Length(Varint.Read(ref body));
            var inNew = Within(target, length, header.NewLength);
            var inOld = Within(source, length, header.OldLength);
            copies.Add(new CopyRange(inNew.Offset, inOld.Offset, Math.Min(inNew.Length, inOld.Length)));
            (target, source) = (target + length, source + length);
        }

        return body.IsEmpty ? new CopyFrame(copies) : throw new DeltaFormatException("a frame of copies is longer than its copies");
    }

    /// <summary>Reads the ranges and moves <paramref name="body"/> to the content.</summary>
    /// <exception cref="DeltaFormatException">It names what is not in the files, or too much.</exception>
    public (LiteralFrame Frame, bool Stored) DecodeLiterals(ref ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body[0] > 3)
        {
            throw new DeltaFormatException("a frame of literals has flags that are not known here");
        }

        var flags = body[0];
        body = body[1..];
        var targets = Decode(ref body, header.NewLength);
        return (new LiteralFrame(targets, (flags & 1) != 0 ? null : Decode(ref body, header.OldLength)), (flags & 2) != 0);
    }

    /// <summary>The ranges of the new file that a frame makes.</summary>
    /// <exception cref="DeltaFormatException">It names what is not in the files, or too much.</exception>
    public IEnumerable<ByteRange> TargetsOf(RawFrame frame)
    {
        var body = frame.Body;
        return frame.Kind switch
        {
            FrameKind.Copies => DecodeCopies(body).Copies.Select(copy => new ByteRange(copy.Target, copy.Length)),
            FrameKind.Literals => DecodeLiterals(ref body).Frame.Targets,
            _ => [],
        };
    }

    /// <summary>Bytes of the new file that a frame makes from what it holds.</summary>
    /// <exception cref="DeltaFormatException">It names what is not in the files, or too much.</exception>
    public long LiteralBytesOf(RawFrame frame) => frame.Kind == FrameKind.Literals ? TargetsOf(frame).Sum(range => range.Length) : 0;

    private void Encode(List<byte> bytes, IReadOnlyList<ByteRange> ranges)
    {
        Varint.Write(bytes, (ulong)ranges.Count);
        long end = 0;
        foreach (var range in ranges)
        {
            var (offset, length) = (Exactly(range.Offset), Units(range.Length));
            Varint.WriteSigned(bytes, offset - end);
            Varint.Write(bytes, (ulong)length);
            end = offset + length;
        }
    }

    private List<ByteRange> Decode(ref ReadOnlySpan<byte> body, long fileLength)
    {
        var ranges = new List<ByteRange>(Count(ref body));
        long end = 0, total = 0;
        for (var left = ranges.Capacity; left > 0; left--)
        {
            end = Next(end, Varint.ReadSigned(ref body));
            var length = Length(Varint.Read(ref body));
            var range = Within(end, length, fileLength);
            total += range.Length;
            if (total > DeltaFormat.MaxLiteralBytes)
            {
                throw new DeltaFormatException($"a frame names more than {DeltaFormat.MaxLiteralBytes} bytes");
            }

            ranges.Add(range);
            end += length;
        }

        return ranges;
    }

    private static int Count(ref ReadOnlySpan<byte> body)
    {
        var count = Varint.Read(ref body);

        // Each range takes two bytes at least; what says otherwise would have us make room for nothing.
        return count <= DeltaFormat.MaxRanges && count <= (ulong)body.Length / 2
            ? (int)count
            : throw new DeltaFormatException($"a frame announces {count} ranges in {body.Length} bytes; allowed: {DeltaFormat.MaxRanges}");
    }

    private static long Length(ulong units) => units is > 0 and < long.MaxValue / DeltaFormat.MaxUnit / 2
        ? (long)units
        : throw new DeltaFormatException($"a range is {units} units long");

    private static long Next(long from, long gap) => from + gap is >= 0 and < long.MaxValue / DeltaFormat.MaxUnit / 2 and var next
        ? next
        : throw new DeltaFormatException("a range begins before its file");

    private ByteRange Within(long offset, long length, long fileLength) => offset * header.Unit < fileLength && (length - 1) * header.Unit < fileLength - (offset * header.Unit)
        ? new ByteRange(offset * header.Unit, Math.Min(length * header.Unit, fileLength - (offset * header.Unit)))
        : throw new DeltaFormatException($"a range of {length} units at {offset} passes the end of its file of {fileLength} bytes");

    private long Exactly(long offset) => offset % header.Unit == 0
        ? offset / header.Unit
        : throw new InvalidOperationException($"offset {offset} is not a multiple of {header.Unit}");

    private long Units(long length) => (length + header.Unit - 1) / header.Unit;
}

/// <summary>The check at the end of each frame.</summary>
internal static class FrameCheck
{
    /// <summary>XXH3 over the frame's head and body.</summary>
    public static ulong Of(ReadOnlySpan<byte> frame) => XxHash3.HashToUInt64(frame);

    /// <summary>A list's bytes, without a copy.</summary>
    public static ReadOnlySpan<byte> AsSpan(List<byte> bytes) => CollectionsMarshal.AsSpan(bytes);
}
