using System.Text.Json;

namespace CvpActors.Shipping.Vault;

/// <summary>The file that nothing is done without.</summary>
internal static class CatalogFile
{
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    public static Catalog Read(VaultPaths paths)
    {
        if (!File.Exists(paths.Catalog))
        {
            return Catalog.Empty;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(paths.Catalog), VaultJson.Default.Catalog)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"the vault's catalog {paths.Catalog} is damaged ({cause.Message}); restore it, or move its directory away: "
                + $"{paths.Plain} is the newest generation as a plain file", cause);
        }
    }
}
