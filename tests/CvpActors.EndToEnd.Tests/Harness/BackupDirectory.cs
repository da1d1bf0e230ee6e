using System.Security.Cryptography;
using System.Text.Json;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>The directory with the two backup files, as it is on the disk.</summary>
internal sealed class BackupDirectory(string path)
{
    public const string Current = "cvp_backup_data";
    public const string Old = "cvp_backup_data.old";
    public const string Partial = "cvp_backup_data.partial";

    public string Path { get; } = path;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public bool Has(string name) => File.Exists(In(name));

    public string Sha256(string name)
    {
        using var file = File.OpenRead(In(name));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The generation of a file, whose bytes must be what its manifest says.</summary>
    public long GenerationOfWhole(string name)
    {
        var manifest = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(In(name) + ".manifest.json"));
        Assert.Equal(manifest.Text("sha256"), Sha256(name));
        Assert.Equal(manifest.Number("bytes"), new FileInfo(In(name)).Length);
        return manifest.Number("generation");
    }
}
