using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Places;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>The owner's mark in a place, as a JSON file.</summary>
internal static class OwnerMarkFile
{
    /// <summary>What it is called in a backup directory.</summary>
    public const string Name = "cvp_backup_data.owner.json";

    /// <summary>The mark in a backup directory.</summary>
    public static string In(string directory) => Path.Combine(Path.GetFullPath(directory), Name);

    /// <summary>Null when there is none, or it holds something else.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public static PlaceOwner? Read(string path) => JsonFile.TryRead(path, OwnerJson.Default.PlaceOwner);

    /// <summary>Leaves a mark, if there is no equal one.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Write(string path, PlaceOwner owner)
    {
        var text = JsonSerializer.Serialize(owner, OwnerJson.Default.PlaceOwner);
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            DurableFile.WriteText(path, text);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(PlaceOwner))]
internal sealed partial class OwnerJson : JsonSerializerContext;
