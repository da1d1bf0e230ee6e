using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// Turns a file into what a delta makes of it, in its place: all frames are made from the file as it was, by all cores, before the first byte
/// changes.
/// </summary>
internal static class InPlaceApplier
{
    /// <summary>What is made at once must be held in memory.</summary>
    private const long MostBytes = 128 << 20;

    /// <summary>Applies a whole delta.</summary>
    /// <param name="delta">Header, frames and end.</param>
    /// <param name="file">The old file, open for reading and writing.</param>
    /// <param name="cancellation">Ends it before anything has changed.</param>
    /// <returns>False when it makes more than may be held in memory; nothing has changed then.</returns>
    /// <exception cref="DeltaFormatException">It is damaged, or made for another file; nothing has changed.</exception>
    public static bool TryApply(ReadOnlyMemory<byte> delta, SafeFileHandle file, CancellationToken cancellation)
    {
        var header = DeltaHeader.Decode(delta.Span);
        if (header.OldSha256 is not null)
        {
            header.RefuseOtherOld(file);
        }

        var frames = Frames(delta[DeltaFormat.HeaderBytes..]);
        var coding = new RangeCoding(header);
        if (frames.Sum(frame => coding.TargetsOf(frame).Sum(range => range.Length)) > MostBytes)
        {
            return false;
        }

        var pieces = MakeAll(header, frames, file, cancellation);
        foreach (var (content, offset) in pieces)
        {
            RandomAccess.Write(file, content, offset);
        }

        RandomAccess.SetLength(file, header.NewLength);
        return true;
    }

    private static ConcurrentBag<(byte[] Content, long Offset)> MakeAll(DeltaHeader header, List<RawFrame> frames, SafeFileHandle file, CancellationToken cancellation)
    {
        var pieces = new ConcurrentBag<(byte[] Content, long Offset)>();
        var next = -1;
        try
        {
            Parallel.For(0, Cores.Used, new ParallelOptions { CancellationToken = cancellation }, _ =>
            {
                using var maker = new FrameMaker(header, header.OldSha256 is null ? null : file);
                for (int number; (number = Interlocked.Increment(ref next)) < frames.Count;)
                {
                    maker.Make(frames[number], (content, offset) => pieces.Add((content.ToArray(), offset)));
                }
            });
        }
        catch (AggregateException several) when (several.InnerException is DeltaFormatException first)
        {
            throw new DeltaFormatException(first.Message, first);
        }

        return pieces;
    }

    private static List<RawFrame> Frames(ReadOnlyMemory<byte> delta)
    {
        var frames = new List<RawFrame>();
        while (true)
        {
            var frame = DeltaReader.Parse(delta);
            delta = delta[frame.Bytes.Length..];
            if (frame.Kind == FrameKind.End)
            {
                FrameMaker.CheckEnd(frame, frames.Count);
                return frames;
            }

            frames.Add(frame);
        }
    }
}
