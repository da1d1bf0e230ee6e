using System.Collections.Immutable;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Offsite;

/// <summary>Brings older generations that a scrub found damaged from other remotes that have them. The newest is its sender's to send again.</summary>
/// <param name="vault">The vault.</param>
/// <param name="elsewhere">The way to other remotes.</param>
/// <param name="remotes">The other remotes that are there now.</param>
public sealed class VaultMender(IVault vault, IGenerationSource elsewhere, Func<IReadOnlyList<string>> remotes)
{
    /// <summary>Mends what can be mended of these databases.</summary>
    /// <param name="databases">Those of which something is damaged.</param>
    /// <param name="tell">Hears, a line each, what was mended from where and what could not be.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is damaged still.</returns>
    public async Task<ImmutableArray<VaultDamage>> MendAsync(IEnumerable<string> databases, Action<string> tell, CancellationToken cancellation)
    {
        var left = ImmutableArray.CreateBuilder<VaultDamage>();
        foreach (var database in databases)
        {
            try
            {
                left.AddRange(await MendAsync(database, tell, cancellation));
            }
            catch (Exception cause) when (cause is VaultException or InvalidDataException or IOException)
            {
                left.Add(new VaultDamage(database, IsNewest: false, $"{database}: {cause.Message}"));
            }
        }

        return left.ToImmutable();
    }

    private async Task<IEnumerable<VaultDamage>> MendAsync(string database, Action<string> tell, CancellationToken cancellation)
    {
        var held = await vault.ListAsync(database);
        for (var at = 1; at < held.Length; at++)
        {
            // Newest first: each is made from the one before, and mending one may mend those that were lost for its sake.
            if (held[at].Damage is not null && await MendAsync(database, held[at], tell, cancellation))
            {
                held = await vault.ListAsync(database);
            }
        }

        return held.Select((g, at) => (Generation: g, IsNewest: at == 0)).Where(g => g.Generation.Damage is not null)
            .Select(g => VaultDamage.Of(database, g.Generation.Generation, g.IsNewest, g.Generation.Damage!));
    }

    private async Task<bool> MendAsync(string database, HeldGeneration damaged, Action<string> tell, CancellationToken cancellation)
    {
        var wanted = new WantedGeneration(damaged.Generation, damaged.Bytes);
        foreach (var remote in remotes())
        {
            try
            {
                if ((await elsewhere.ListAsync(remote, database, cancellation)).Any(g => g.Sha256 == damaged.Sha256 && g.Damage is null)
                    && await vault.MendAsync(database, damaged.Sha256, (output, stop) => elsewhere.FetchAsync(remote, database, wanted, output, NoProgress.Instance, stop), cancellation))
                {
                    tell($"{database}, generation {damaged.Generation}: mended out of what remote {remote} has of it");
                    return true;
                }
            }
            catch (Exception cause) when (cause is GenerationUnavailableException or VaultException or IOException)
            {
                tell($"{database}, generation {damaged.Generation}: could not be mended from remote {remote}: {cause.Message}");
            }
        }

        return false;
    }
}
