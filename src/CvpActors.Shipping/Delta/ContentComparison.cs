namespace CvpActors.Shipping.Delta;

/// <summary>
/// The difference of two files that were cut by content. Pieces with a known hash are copied; between two copies, what is new is compressed
/// with what stood between their sources.
/// </summary>
internal sealed class ContentComparison(FileSignature newFile, FileSignature oldFile)
{
    /// <summary>Literals that are compressed together.</summary>
    private const int GroupBytes = 256 << 10;

    /// <summary>The most of an old gap that helps: what was put in or taken out in the middle of a file is much larger than what replaces it.</summary>
    private const int MaxGapBytes = 512 << 10;

    /// <summary>Copies in one frame.</summary>
    private const int CopiesPerFrame = 4096;

    /// <summary>A new piece of the file, and the old bytes that probably resemble it.</summary>
    private readonly record struct Gap(ByteRange New, ByteRange Old);

    /// <summary>The frames of the delta.</summary>
    public List<DeltaFrame> Frames()
    {
        var (copies, gaps) = Compare();
        var frames = new List<DeltaFrame>();
        frames.AddRange(copies.Where(copy => copy.Target != copy.Source).Chunk(CopiesPerFrame).Select(chunk => new CopyFrame(chunk)));
        AddGaps(gaps, frames);
        return frames;
    }

    private (List<CopyRange> Copies, List<Gap> Gaps) Compare()
    {
        var copies = Matches();
        var gaps = new List<Gap>();
        long newEnd = 0, oldEnd = 0;
        foreach (var copy in copies)
        {
            AddGap(newEnd, copy.Target, oldEnd, copy.Source);
            (newEnd, oldEnd) = (copy.Target + copy.Length, copy.Source + copy.Length);
        }

        AddGap(newEnd, newFile.FileLength, oldEnd, oldFile.FileLength);
        return (copies, gaps);

        void AddGap(long newFrom, long newTo, long oldFrom, long oldTo)
        {
            // Long gaps in pieces that fit a frame, each with its part of the old gap.
            for (var at = newFrom; at < newTo; at += GroupBytes)
            {
                var length = Math.Min(GroupBytes, newTo - at);
                var from = oldFrom + (at - newFrom);
                var to = at + length == newTo ? Math.Min(oldTo, from + MaxGapBytes) : Math.Min(oldTo, from + length);
                gaps.Add(new Gap(new ByteRange(at, length), from < to ? new ByteRange(from, to - from) : default));
            }
        }
    }

    private List<CopyRange> Matches()
    {
        var (oldOffsets, byHash) = IndexOld();
        var copies = new List<CopyRange>();
        long offset = 0;
        var expected = -1;
        for (var piece = 0; piece < newFile.Hashes.Length; piece++)
        {
            var length = newFile.Lengths[piece];
            var found = expected >= 0 && expected < oldFile.Hashes.Length && oldFile.Hashes[expected] == newFile.Hashes[piece]
                ? expected
                : byHash.TryGetValue(newFile.Hashes[piece], out var first) ? first : -1;
            if (found >= 0 && oldFile.Lengths[found] == length)
            {
                if (copies.Count > 0 && copies[^1] is var last && last.Target + last.Length == offset && last.Source + last.Length == oldOffsets[found])
                {
                    copies[^1] = last with { Length = last.Length + length };
                }
                else
                {
                    copies.Add(new CopyRange(offset, oldOffsets[found], length));
                }

                expected = found + 1;
            }
            else if (expected >= 0)
            {
                // A changed piece: what follows it probably follows in the old file as well.
                expected++;
            }

            offset += length;
        }

        return copies;
    }

    private (long[] Offsets, Dictionary<ulong, int> ByHash) IndexOld()
    {
        var offsets = new long[oldFile.Hashes.Length];
        var byHash = new Dictionary<ulong, int>(oldFile.Hashes.Length);
        long offset = 0;
        for (var piece = 0; piece < oldFile.Hashes.Length; piece++)
        {
            offsets[piece] = offset;
            byHash.TryAdd(oldFile.Hashes[piece], piece);
            offset += oldFile.Lengths[piece];
        }

        return (offsets, byHash);
    }

    private static void AddGaps(List<Gap> gaps, List<DeltaFrame> frames)
    {
        var (targets, prefixes) = (new List<ByteRange>(), new List<ByteRange>());
        long bytes = 0, prefixBytes = 0;
        foreach (var gap in gaps)
        {
            if (bytes > 0 && (bytes + gap.New.Length > GroupBytes || prefixBytes + gap.Old.Length > MaxGapBytes))
            {
                Flush();
            }

            ByteRange.Append(targets, gap.New);
            bytes += gap.New.Length;
            if (gap.Old.Length > 0)
            {
                ByteRange.Append(prefixes, gap.Old);
                prefixBytes += gap.Old.Length;
            }
        }

        if (bytes > 0)
        {
            Flush();
        }

        void Flush()
        {
            frames.Add(new LiteralFrame(targets, prefixes));
            (targets, prefixes, bytes, prefixBytes) = ([], [], 0, 0);
        }
    }
}
