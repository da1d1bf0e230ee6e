using CvpActors.Files;

namespace CvpActors.Shipping.Vault;

/// <summary>Reads what is stored and compares it with what it was when it was verified.</summary>
internal sealed class Scrub(VaultPaths paths, SpareCopy spare, Action<string> notice)
{
    private const string Changed = "its bytes have changed on the disk";

    /// <summary>The catalog with what is damaged marked. A damaged newest file is mended from the spare where there is a sound one.</summary>
    public Catalog Run(Catalog catalog, CancellationToken cancellation) => catalog with
    {
        Newest = catalog.Newest is { } newest ? CheckNewest(newest, cancellation) : null,
        Older = CheckOlder(catalog.Older, cancellation),
    };

    /// <summary>The newest generation, marked when its file is not what it was.</summary>
    public StoredGeneration CheckNewest(StoredGeneration newest, CancellationToken cancellation)
    {
        if (TrySha256(paths.Plain, cancellation) == newest.Manifest.Sha256)
        {
            return newest with { Damage = null };
        }

        if (!spare.IsCopyOf(newest.Manifest.Sha256) || TrySha256(paths.Spare, cancellation) != newest.Manifest.Sha256)
        {
            return newest with { Damage = Changed };
        }

        spare.TryTake(newest.Manifest.Sha256, paths.Plain);
        DirectorySync.Flush(paths.Directory);
        notice($"generation {newest.Manifest.Generation} was damaged on the disk and is mended from the spare copy; check the disk");
        return newest with { Damage = null };
    }

    /// <summary>A damaged delta takes with it what is older, which was made from it. What was once marked stays marked.</summary>
    private List<StoredGeneration> CheckOlder(IReadOnlyList<StoredGeneration> generations, CancellationToken cancellation)
    {
        var marked = new List<StoredGeneration>();
        string? inherited = null;
        foreach (var older in generations)
        {
            var damage = older.Damage ?? inherited ?? (IsWhole(older, cancellation) ? null : Changed);
            marked.Add(older with { Damage = damage });
            inherited = damage is null ? null : $"generation {older.Manifest.Generation}, which it is made from, is damaged";
        }

        return marked;
    }

    private bool IsWhole(StoredGeneration older, CancellationToken cancellation) =>
        older.DeltaFile is not { } file || TrySha256(paths.Generation(file), cancellation) == older.DeltaSha256;

    private static string? TrySha256(string file, CancellationToken cancellation)
    {
        try
        {
            return Sha256File.Compute(file, cancellation);
        }
        catch (IOException)
        {
            // A bad sector, or no file at all: damaged either way.
            return null;
        }
    }
}
