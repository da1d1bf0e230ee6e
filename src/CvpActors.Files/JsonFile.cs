using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CvpActors.Files;

/// <summary>Small files that hold one value as JSON.</summary>
public static class JsonFile
{
    /// <summary>Replaces the file durably (<see cref="DurableFile"/>).</summary>
    /// <exception cref="IOException">It could not be written; the old one is intact and the message names the file.</exception>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type) => Write(path, value, type, Disk.Real);

    /// <summary>The same, by the steps of <paramref name="disk"/>.</summary>
    /// <exception cref="IOException">It could not be written; the old one is intact and the message names the file.</exception>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type, Disk disk) =>
        DurableFile.WriteText(path, JsonSerializer.Serialize(value, type), disk);

    /// <summary>What the file holds; null when it is not there or holds something else, for files that can be done without.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
