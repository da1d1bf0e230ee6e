using CvpActors.Domain.Offsite;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>Stores a damaged older generation anew, out of a whole copy of it that somebody else had.</summary>
internal sealed class Mending(VaultPaths paths, GenerationChain chain)
{
    /// <summary>Has a copy of a damaged generation written, and looks whether it is the one that is wanted.</summary>
    /// <returns>Null when there is no such damage, or the next newer generation, which it would be made from, is damaged itself.</returns>
    /// <exception cref="VaultException"><c>mismatch</c>: it is not.</exception>
    public async Task<ScratchCopy?> FetchAsync(Catalog catalog, string sha256, Func<Stream, CancellationToken, Task> fetch, CancellationToken cancellation)
    {
        if (Find(catalog, sha256) is null)
        {
            return null;
        }

        var copy = new ScratchCopy(paths.NewScratchFile(), sha256);
        try
        {
            await using (var output = new FileStream(copy.File, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await fetch(output, cancellation);
            }

            return await Task.Run(() => Sha256File.Compute(copy.File, cancellation), cancellation) == sha256
                ? copy
                : throw new VaultException("mismatch", $"what came has another SHA-256 than {sha256}; it was thrown away");
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>The catalog with the generation mended, and with it those that were lost for its sake alone; as it is when there is nothing to be mended any more.</summary>
    public async Task<Catalog> StoreAsync(Catalog catalog, ScratchCopy copy, CancellationToken cancellation)
    {
        if (Find(catalog, copy.Sha256) is not { } at)
        {
            return catalog;
        }

        var all = catalog.All.ToList();
        var newer = all[at - 1];
        var newerFile = paths.NewScratchFile();
        try
        {
            await chain.RestoreAsync(catalog, newer, newerFile, cancellation);
            var stored = await chain.StoreAsync(all[at], copy.File, new FileOfGeneration(newerFile, newer.Manifest.Sha256, newer.Ordinal), cancellation);
            all[at] = stored with { Damage = null };
            for (var older = at + 1; older < all.Count && await IsMadeFromAsync(all[older], all[older - 1], cancellation); older++)
            {
                all[older] = all[older] with { Damage = null };
            }

            return catalog with { Older = [.. all.Skip(1)] };
        }
        finally
        {
            File.Delete(newerFile);
        }
    }

    private static int? Find(Catalog catalog, string sha256)
    {
        var all = catalog.All.ToList();
        var at = all.FindIndex(g => g.Manifest.Sha256 == sha256 && g.Damage is not null);
        return at >= 1 && all[at - 1].Damage is null ? at : null;
    }

    /// <summary>Whether a generation's own delta is whole and builds on just this newer one.</summary>
    private async Task<bool> IsMadeFromAsync(StoredGeneration older, StoredGeneration newer, CancellationToken cancellation)
    {
        if (older.DeltaFile is not { } name || !File.Exists(paths.Generation(name))
            || await Task.Run(() => Sha256File.Compute(paths.Generation(name), cancellation), cancellation) != older.DeltaSha256)
        {
            return false;
        }

        await using var stream = DeltaReader.Open(paths.Generation(name));
        var header = await new DeltaReader(stream).ReadHeaderAsync(cancellation);
        return header.OldSha256 is null || header.OldSha256 == newer.Manifest.Sha256;
    }
}

/// <summary>A file of no value but for the moment.</summary>
/// <param name="File">Its path.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record ScratchCopy(string File, string Sha256) : IDisposable
{
    public void Dispose() => System.IO.File.Delete(File);
}
