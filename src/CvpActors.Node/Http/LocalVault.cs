using CvpActors.Shipping.Vault;

namespace CvpActors.Node.Http;

/// <summary>What this node keeps of other sites' databases.</summary>
/// <param name="Remote">The remote's name; null when this node is none.</param>
/// <param name="Store">What it keeps; null when this node is none.</param>
internal sealed record LocalVault(string? Remote, VaultStore? Store);
