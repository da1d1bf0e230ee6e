using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Takes the signature of a file: one pass over its bytes.</summary>
internal static class SignatureReader
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The page of files that have pages of their own in no sense, but keep things in their place.</summary>
    private const int DefaultPageBytes = 4096;

    /// <summary>Reads the whole file once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FileSignature Read(SafeFileHandle file, CancellationToken cancellation)
    {
        var length = RandomAccess.GetLength(file);
        return SqlitePage.SizeOf(file) is { } pageBytes
            ? ReadPages(file, length, pageBytes, cancellation)
            : ReadContent(file, length, cancellation);
    }

    private static FileSignature ReadPages(SafeFileHandle file, long length, int pageBytes, CancellationToken cancellation)
    {
        var hashes = new ulong[(length + pageBytes - 1) / pageBytes];
        var blocks = (length + BlockBytes - 1) / BlockBytes;
        long taken = 0;

        // Each takes the next block, so that a disk sees one stream.
        Task.WhenAll(Enumerable.Range(0, (int)Math.Min(Cores.Used, blocks)).Select(_ => Task.Run(HashBlocks, cancellation))).GetAwaiter().GetResult();
        return new FileSignature(CutKind.Pages, pageBytes, length, hashes, []);

        void HashBlocks()
        {
            var buffer = GC.AllocateUninitializedArray<byte>(BlockBytes);
            for (long number; (number = Interlocked.Increment(ref taken) - 1) < blocks;)
            {
                cancellation.ThrowIfCancellationRequested();
                var offset = number * BlockBytes;
                var block = buffer.AsSpan(0, (int)Math.Min(BlockBytes, length - offset));
                Blocks.ReadExactly(file, block, offset);
                for (var (at, page) = (0, offset / pageBytes); at < block.Length; at += pageBytes, page++)
                {
                    hashes[page] = XxHash3.HashToUInt64(block.Slice(at, Math.Min(pageBytes, block.Length - at)));
                }
            }
        }
    }

    private static FileSignature ReadContent(SafeFileHandle file, long length, CancellationToken cancellation)
    {
        // An average of pieces, and some more where pieces are short.
        var hashes = new List<ulong>((int)(length / DefaultPageBytes) + 1);
        var lengths = new List<int>(hashes.Capacity);
        var buffer = GC.AllocateUninitializedArray<byte>(BlockBytes);
        var held = 0;
        for (long offset = 0; offset < length || held > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var more = (int)Math.Min(buffer.Length - held, length - offset);
            Blocks.ReadExactly(file, buffer.AsSpan(held, more), offset);
            offset += more;
            var block = buffer.AsSpan(0, held + more);
            var isLast = offset == length;
            while (block.Length >= ContentCut.Longest || (isLast && !block.IsEmpty))
            {
                var cut = ContentCut.Next(block);
                hashes.Add(XxHash3.HashToUInt64(block[..cut]));
                lengths.Add(cut);
                block = block[cut..];
            }

            held = block.Length;
            block.CopyTo(buffer);
        }

        return new FileSignature(CutKind.Content, 1, length, [.. hashes], [.. lengths]);
    }
}
