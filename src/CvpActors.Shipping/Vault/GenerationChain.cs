using System.Globalization;
using CvpActors.Files;
using CvpActors.Shipping.Delta;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Vault;

/// <summary>The older generations: each is a delta that makes it out of the next newer one. What is kept is found from the plain file backwards.</summary>
internal sealed class GenerationChain(VaultPaths paths)
{
    /// <summary>A delta up to this long is read as a whole.</summary>
    private const long MostInMemory = 64 << 20;

    /// <summary>Writes durably the delta that makes <paramref name="older"/> out of a newer file.</summary>
    /// <returns>The generation with its delta.</returns>
    public async Task<StoredGeneration> StoreAsync(StoredGeneration older, string olderFile, FileOfGeneration newer, CancellationToken cancellation)
    {
        Directory.CreateDirectory(paths.Generations);
        var name = string.Create(CultureInfo.InvariantCulture, $"{older.Ordinal}-from-{newer.Ordinal}.delta");
        var target = paths.Generation(name);
        var temporary = target + DurableFile.TemporarySuffix;
        using (var made = File.OpenHandle(olderFile))
        using (var from = File.OpenHandle(newer.File))
        using (var output = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            var plan = DeltaPlanner.Plan(
                new SignedFile(made, older.Manifest.Sha256, SignatureReader.Read(made, cancellation)),
                new SignedFile(from, newer.Sha256, SignatureReader.Read(from, cancellation)),
                cancellation);
            long at = 0;
            await DeltaWriter.WriteAsync(plan, made, from, 0, bytes =>
            {
                RandomAccess.Write(output, bytes.Span, at);
                at += bytes.Length;
                return ValueTask.CompletedTask;
            }, cancellation);
            RandomAccess.FlushToDisk(output);
        }

        var sha256 = Sha256File.Compute(temporary, cancellation);
        File.Move(temporary, target, overwrite: true);
        DirectorySync.Flush(paths.Generations);
        return older with { DeltaFile = name, DeltaSha256 = sha256, StoredBytes = new FileInfo(target).Length };
    }

    /// <summary>Makes a generation a plain file again, verified against its SHA-256.</summary>
    /// <param name="catalog">What is held; its newest is plain.</param>
    /// <param name="wanted">Which one of it.</param>
    /// <param name="target">The file to be made; it must not be there.</param>
    /// <param name="cancellation">Ends it; what was begun is removed.</param>
    /// <exception cref="InvalidDataException">A file that it is made from is damaged.</exception>
    public async Task RestoreAsync(Catalog catalog, StoredGeneration wanted, string target, CancellationToken cancellation)
    {
        var newest = catalog.Newest ?? throw new InvalidDataException("nothing is held");
        try
        {
            await Task.Run(() => File.Copy(paths.Plain, target), cancellation);
            if (wanted.Ordinal != newest.Ordinal)
            {
                foreach (var older in catalog.Older)
                {
                    await GoBackAsync(older, target, cancellation);
                    if (older.Ordinal == wanted.Ordinal)
                    {
                        break;
                    }
                }
            }

            if (await Task.Run(() => Sha256File.Compute(target, cancellation), cancellation) is var found && found != wanted.Manifest.Sha256)
            {
                throw new InvalidDataException($"generation {wanted.Manifest.Generation} has the SHA-256 {found} instead of {wanted.Manifest.Sha256}: what it is made from is damaged");
            }
        }
        catch
        {
            File.Delete(target);
            throw;
        }
    }

    /// <summary>Brings <paramref name="stale"/> to the state of <paramref name="current"/>, where they differ by what a delta names.</summary>
    public static async Task CopyChangesAsync(Stream delta, string current, string stale, CancellationToken cancellation)
    {
        using var from = File.OpenHandle(current);
        using var to = File.OpenHandle(stale, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(to, RandomAccess.GetLength(from));
        var reader = new DeltaReader(delta);
        var coding = new RangeCoding(await reader.ReadHeaderAsync(cancellation));
        var block = GC.AllocateUninitializedArray<byte>(1 << 20);
        for (RawFrame frame; (frame = await reader.ReadFrameAsync(cancellation)).Kind != FrameKind.End;)
        {
            foreach (var range in coding.TargetsOf(frame))
            {
                for (var at = range.Offset; at < range.End; at += block.Length)
                {
                    var bytes = block.AsSpan(0, (int)Math.Min(block.Length, range.End - at));
                    Blocks.ReadExactly(from, bytes, at);
                    RandomAccess.Write(to, bytes, at);
                }
            }
        }
    }

    /// <summary>Turns a file that is the next newer generation into <paramref name="older"/>.</summary>
    private async Task GoBackAsync(StoredGeneration older, string file, CancellationToken cancellation)
    {
        var stored = paths.Generation(older.DeltaFile ?? throw new InvalidDataException($"generation {older.Manifest.Generation} is not stored yet"));
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            if (new FileInfo(stored).Length > MostInMemory || !InPlaceApplier.TryApply(await File.ReadAllBytesAsync(stored, cancellation), handle, cancellation))
            {
                await using var delta = OpenDelta(stored);
                await GoBackBesideAsync(delta, handle, file + ".before", cancellation);
            }
        }
        catch (Exception cause) when (cause is DeltaFormatException or EndOfStreamException)
        {
            throw new InvalidDataException($"what is stored of generation {older.Manifest.Generation} is damaged: {cause.Message}", cause);
        }
    }

    /// <summary>With a copy of the file as it was, for a delta that is too large to be held in memory.</summary>
    private static async Task GoBackBesideAsync(Stream delta, SafeFileHandle file, string copy, CancellationToken cancellation)
    {
        try
        {
            using var before = CopyOf(file, copy);
            var reader = new DeltaReader(delta);
            var header = await reader.ReadHeaderAsync(cancellation);
            using var applier = new DeltaApplier(header, header.OldSha256 is null ? null : before, file);
            while (applier.Apply(await reader.ReadFrameAsync(cancellation)))
            {
            }
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static SafeFileHandle CopyOf(SafeFileHandle file, string copy)
    {
        var to = File.OpenHandle(copy, FileMode.Create, FileAccess.ReadWrite);
        var block = GC.AllocateUninitializedArray<byte>(1 << 20);
        long at = 0;
        for (int read; (read = RandomAccess.Read(file, block, at)) > 0; at += read)
        {
            RandomAccess.Write(to, block.AsSpan(0, read), at);
        }

        return to;
    }

    private static FileStream OpenDelta(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
}

/// <summary>A generation that is a plain file somewhere.</summary>
/// <param name="File">The file.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="Ordinal">Its ordinal in the vault.</param>
internal sealed record FileOfGeneration(string File, string Sha256, long Ordinal);
