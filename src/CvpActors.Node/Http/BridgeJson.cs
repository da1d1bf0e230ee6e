using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Actors.Serialization;

namespace CvpActors.Node.Http;

/// <summary>The JSON of bodies that only the bridge knows. A key that is not known is an error: a mistyped dryRun must not purge.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(PurgeBody))]
[JsonSerializable(typeof(BackupBody))]
[JsonSerializable(typeof(PauseBody))]
internal sealed partial class BridgeJson : JsonSerializerContext
{
    /// <summary>The form of all answers: names of states in camelCase, times in UTC with a Z.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new CamelCaseEnumConverter());
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Insert(0, ProtocolJson.Default);
    }

    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}

/// <summary>The body of a 202.</summary>
internal sealed record AcceptedView(string AttemptId, long Token);

/// <summary>The body of <c>POST …/purges</c>; may be left out.</summary>
internal sealed record PurgeBody(bool DryRun = false);

/// <summary>The body of <c>POST …/backups</c>; may be left out.</summary>
internal sealed record BackupBody;

/// <summary>The body of <c>PUT …/pause</c>; may be left out.</summary>
internal sealed record PauseBody(DateTimeOffset? Until = null, string? Reason = null);
