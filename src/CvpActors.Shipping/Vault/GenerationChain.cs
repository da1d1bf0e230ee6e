using System.Globalization;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>The older generations: each is a delta that makes it out of the next newer one. What is kept is found from the plain file backwards.</summary>
/// <param name="paths">The vault's names.</param>
/// <param name="mostInMemory">A delta up to so many bytes is read as a whole.</param>
internal sealed class GenerationChain(VaultPaths paths, long mostInMemory = 64 << 20)
{
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

    /// <summary>Makes a generation a plain file again, out of the newest, verified against its SHA-256.</summary>
    /// <param name="catalog">What is held; its newest is plain.</param>
    /// <param name="wanted">Which one of it.</param>
    /// <param name="target">The file to be made; it must not be there.</param>
    /// <param name="cancellation">Ends it; what was begun is removed.</param>
    /// <exception cref="InvalidDataException">A file that it is made from is damaged.</exception>
    public Task RestoreAsync(Catalog catalog, StoredGeneration wanted, string target, CancellationToken cancellation)
    {
        var newest = catalog.Newest ?? throw new InvalidDataException("nothing is held");
        return RestoreFromAsync(catalog, new FileOfGeneration(paths.Plain, newest.Manifest.Sha256, newest.Ordinal), wanted, target, cancellation);
    }

    /// <summary>The same out of any newer generation, or the same one, that is a plain file already.</summary>
    /// <exception cref="InvalidDataException">A file that it is made from is damaged.</exception>
    public async Task RestoreFromAsync(Catalog catalog, FileOfGeneration from, StoredGeneration wanted, string target, CancellationToken cancellation)
    {
        try
        {
            await Task.Run(() => File.Copy(from.File, target), cancellation);
            foreach (var older in catalog.Older.Where(g => g.Ordinal < from.Ordinal && g.Ordinal >= wanted.Ordinal))
            {
                await GoBackAsync(older, target, cancellation);
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

    /// <summary>Turns a file that is the next newer generation into <paramref name="older"/>.</summary>
    private async Task GoBackAsync(StoredGeneration older, string file, CancellationToken cancellation)
    {
        var stored = paths.Generation(older.DeltaFile ?? throw new InvalidDataException($"generation {older.Manifest.Generation} is not stored yet"));
        try
        {
            if (new FileInfo(stored).Length > mostInMemory || !await TryGoBackInPlaceAsync(stored, file, cancellation))
            {
                await GoBackBesideAsync(stored, file, cancellation);
            }
        }
        catch (Exception cause) when (cause is DeltaFormatException or EndOfStreamException)
        {
            throw new InvalidDataException($"what is stored of generation {older.Manifest.Generation} is damaged: {cause.Message}", cause);
        }
    }

    private static async Task<bool> TryGoBackInPlaceAsync(string delta, string file, CancellationToken cancellation)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        return InPlaceApplier.TryApply(await File.ReadAllBytesAsync(delta, cancellation), handle, cancellation);
    }

    /// <summary>With a copy of the file as it was, for a delta that is too large to be held in memory.</summary>
    private static async Task GoBackBesideAsync(string delta, string file, CancellationToken cancellation)
    {
        var copy = file + ".before";
        try
        {
            await Task.Run(() => File.Copy(file, copy), cancellation);
            await using var stream = DeltaReader.Open(delta);
            using var before = File.OpenHandle(copy);
            using var after = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
            var reader = new DeltaReader(stream);
            var header = await reader.ReadHeaderAsync(cancellation);
            using var applier = new DeltaApplier(header, header.OldSha256 is null ? null : before, after);
            while (applier.Apply(await reader.ReadFrameAsync(cancellation)))
            {
            }
        }
        finally
        {
            File.Delete(copy);
        }
    }
}

/// <summary>A generation that is a plain file somewhere.</summary>
/// <param name="File">The file.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="Ordinal">Its ordinal in the vault.</param>
internal sealed record FileOfGeneration(string File, string Sha256, long Ordinal);
