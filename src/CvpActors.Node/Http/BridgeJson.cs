using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>The JSON of the HTTP contract. A key of a request that is not known, or is there twice, is an error: a mistyped dryRun must not purge.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(IReadOnlyList<DatabaseBody>))]
[JsonSerializable(typeof(IReadOnlyList<AttemptBody>))]
[JsonSerializable(typeof(IReadOnlyList<AlertBody>))]
[JsonSerializable(typeof(AlertTestBody))]
[JsonSerializable(typeof(AcceptedDrillBody))]
[JsonSerializable(typeof(DrillRequestBody))]
[JsonSerializable(typeof(HolderBody))]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(AcceptedBody))]
[JsonSerializable(typeof(PurgeRequestBody))]
[JsonSerializable(typeof(BackupRequestBody))]
[JsonSerializable(typeof(PauseRequestBody))]
[JsonSerializable(typeof(ShipmentRequestBody))]
[JsonSerializable(typeof(RequestedShipmentsBody))]
[JsonSerializable(typeof(RestoreRequestBody))]
[JsonSerializable(typeof(RestorePlanBody))]
[JsonSerializable(typeof(AcceptedRestoreBody))]
internal sealed partial class BridgeJson : JsonSerializerContext
{
    /// <summary>The form of all answers: names of states in camelCase, times in UTC with a Z.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Insert(0, Default);
    }

    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
