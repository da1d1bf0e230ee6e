using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Serialization;

namespace CvpActors.Actors.Tests.Support;

/// <summary>
/// Stands in where Akka hands a failed journal's exception from one of its own actors to another: verifying that as JSON
/// loses the message, and with it the failure that the test is about.
/// </summary>
internal sealed class ByReferenceSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private static readonly ConcurrentDictionary<Guid, object> Kept = new();

    public override int Identifier => 4271;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        var key = Guid.NewGuid();
        Kept[key] = obj;
        return key.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, Type type) =>
        Kept.TryRemove(new Guid(bytes), out var kept) ? kept : throw new InvalidOperationException("read twice");
}
