namespace CvpActors.Shipping.Delta;

/// <summary>A piece of a file.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The first byte behind it.</summary>
    public long End => Offset + Length;

    /// <summary>Adds <paramref name="range"/> to <paramref name="ranges"/>, as one with the last where it follows it.</summary>
    public static void Append(List<ByteRange> ranges, ByteRange range)
    {
        if (ranges.Count > 0 && ranges[^1].End == range.Offset)
        {
            ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + range.Length };
        }
        else
        {
            ranges.Add(range);
        }
    }
}

/// <summary>A piece of the new file that stands elsewhere in the old one.</summary>
/// <param name="Target">Where in the new file, in bytes.</param>
/// <param name="Source">Where in the old file, in bytes.</param>
/// <param name="Length">How long, in bytes.</param>
internal readonly record struct CopyRange(long Target, long Source, long Length);
