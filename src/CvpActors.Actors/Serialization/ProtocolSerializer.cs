using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;

namespace CvpActors.Actors.Serialization;

/// <summary>Everything of ours, persisted or sent, as JSON under a permanent manifest.</summary>
public sealed class ProtocolSerializer : SerializerWithStringManifest
{
    /// <summary>Created by Akka from the configuration.</summary>
    public ProtocolSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 4270;

    /// <inheritdoc/>
    public override string Manifest(object o) => Manifests.ByType.TryGetValue(o.GetType(), out var manifest)
        ? manifest
        : throw new SerializationException($"{o.GetType()} has no manifest; give it one in {nameof(Manifests)}");

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, TypeInfo(obj.GetType()));

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Manifests.ByName.TryGetValue(manifest, out var type))
        {
            throw new SerializationException($"manifest \"{manifest}\" is not known; it was written by a newer version");
        }

        return JsonSerializer.Deserialize(bytes, TypeInfo(type)) ?? throw new SerializationException($"{manifest} holds null");
    }

    private static JsonTypeInfo TypeInfo(Type type) => ProtocolJson.Default.GetTypeInfo(type)
        ?? throw new SerializationException($"{type} is not listed in {nameof(ProtocolJson)}");
}
