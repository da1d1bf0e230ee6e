using System.Text.Json;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>Short ways into the JSON of the HTTP contract; a path is names with dots between.</summary>
internal static class Json
{
    /// <summary>What stands at <paramref name="path"/>; an undefined element when something on the way is null or missing.</summary>
    public static JsonElement At(this JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return default;
            }
        }

        return json;
    }

    public static bool Has(this JsonElement json, string path) => json.At(path).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public static string? Text(this JsonElement json, string path) => json.Has(path) ? json.At(path).GetString() : null;

    public static long Number(this JsonElement json, string path) => json.At(path).GetInt64();

    public static DateTimeOffset Time(this JsonElement json, string path) => json.At(path).GetDateTimeOffset();

    public static IReadOnlyList<JsonElement> List(this JsonElement json, string path) => [.. json.At(path).EnumerateArray()];

    public static IReadOnlyList<JsonElement> List(this JsonElement json) => [.. json.EnumerateArray()];
}
