using System.Security.Cryptography;
using CvpActors.Domain.Offsite;
using CvpActors.Files;
using CvpActors.Shipping.Delta;

namespace CvpActors.Shipping.Vault;

/// <summary>Stores a damaged older generation anew, out of a whole copy of it that somebody else had.</summary>
internal sealed class Mending(VaultPaths paths, GenerationChain chain)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>The catalog with the generation mended, and with it those that were lost for its sake alone.</summary>
    /// <param name="catalog">What is held.</param>
    /// <param name="sha256">Which damaged generation.</param>
    /// <param name="content">Its bytes, from anywhere: their SHA-256 decides.</param>
    /// <param name="cancellation">Ends it; nothing has changed then.</param>
    /// <returns>Null when there is no such damage here, or the next newer generation, which it would be made from, is damaged itself.</returns>
    /// <exception cref="VaultException"><c>mismatch</c>: the bytes are others.</exception>
    public async Task<Catalog?> MendAsync(Catalog catalog, string sha256, Stream content, CancellationToken cancellation)
    {
        var all = catalog.All.ToList();
        var at = all.FindIndex(1, g => g.Manifest.Sha256 == sha256 && g.Damage is not null);
        if (at < 1 || all[at - 1].Damage is not null || all[at - 1] is not { } newer || (at > 1 && newer.DeltaFile is null))
        {
            return null;
        }

        var (file, newerFile) = (paths.NewScratchFile(), paths.NewScratchFile());
        try
        {
            await ReceiveAsync(all[at], content, file, cancellation);
            await chain.RestoreAsync(catalog, newer, newerFile, cancellation);
            var stored = await chain.StoreAsync(all[at], file, new FileOfGeneration(newerFile, newer.Manifest.Sha256, newer.Ordinal), cancellation);
            all[at] = stored with { Damage = null };
            for (var older = at + 1; older < all.Count && await IsMadeFromAsync(all[older], all[older - 1], cancellation); older++)
            {
                all[older] = all[older] with { Damage = null };
            }

            return catalog with { Older = [.. all.Skip(1)] };
        }
        finally
        {
            File.Delete(file);
            File.Delete(newerFile);
        }
    }

    /// <summary>Never more than was announced, whatever comes.</summary>
    private static async Task ReceiveAsync(StoredGeneration wanted, Stream content, string file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        for (int read; bytes <= wanted.Manifest.Bytes && (read = await content.ReadAsync(buffer, cancellation)) > 0; bytes += read)
        {
            hash.AppendData(buffer, 0, read);
            await output.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        if (bytes != wanted.Manifest.Bytes || Convert.ToHexStringLower(hash.GetHashAndReset()) != wanted.Manifest.Sha256)
        {
            throw new VaultException("mismatch", $"what came for generation {wanted.Manifest.Generation} has another length or SHA-256 than {wanted.Manifest.Sha256}; it was thrown away");
        }
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
