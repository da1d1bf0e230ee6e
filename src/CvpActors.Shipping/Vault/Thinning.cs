using CvpActors.Files;

namespace CvpActors.Shipping.Vault;

/// <summary>Takes generations out of the chain: what was made from one that goes is made from the next newer one that stays, first and durably.</summary>
internal sealed class Thinning(VaultPaths paths, GenerationChain chain)
{
    /// <summary>The older generations that stay, each with the delta that makes it now.</summary>
    public async Task<IReadOnlyList<StoredGeneration>> BridgeAsync(Catalog catalog, IReadOnlySet<long> unkept, CancellationToken cancellation)
    {
        var kept = new List<StoredGeneration>();
        var newer = catalog.Newest ?? throw new InvalidOperationException("nothing is held");
        var isBridged = false;
        foreach (var older in catalog.Older)
        {
            if (unkept.Contains(older.Ordinal))
            {
                isBridged = true;
                continue;
            }

            kept.Add(isBridged && older.Damage is null ? await MakeFromAsync(catalog, older, newer, cancellation) : older);
            (newer, isBridged) = (older, false);
        }

        return kept;
    }

    /// <summary>Removes the deltas that no generation is made with any more.</summary>
    public void RemoveFiles(IReadOnlyList<StoredGeneration> before, IReadOnlyList<StoredGeneration> kept)
    {
        var needed = kept.Select(g => g.DeltaFile).ToHashSet();
        foreach (var file in before.Select(g => g.DeltaFile).OfType<string>().Where(file => !needed.Contains(file)))
        {
            File.Delete(paths.Generation(file));
        }

        DirectorySync.Flush(paths.Generations);
    }

    private async Task<StoredGeneration> MakeFromAsync(Catalog catalog, StoredGeneration older, StoredGeneration newer, CancellationToken cancellation)
    {
        var (newerFile, olderFile) = (paths.NewScratchFile(), paths.NewScratchFile());
        try
        {
            await chain.RestoreAsync(catalog, newer, newerFile, cancellation);
            var from = new FileOfGeneration(newerFile, newer.Manifest.Sha256, newer.Ordinal);
            await chain.RestoreFromAsync(catalog, from, older, olderFile, cancellation);
            return await chain.StoreAsync(older, olderFile, from, cancellation);
        }
        finally
        {
            File.Delete(newerFile);
            File.Delete(olderFile);
        }
    }
}
