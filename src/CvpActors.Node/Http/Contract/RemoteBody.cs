using CvpActors.Actors.Protocol;
using CvpActors.Domain.Offsite;

namespace CvpActors.Node.Http.Contract;

internal sealed record RemoteBody(string Name, string Node, long FreeBytes, IReadOnlyList<string> Databases, IReadOnlyList<string> Damaged)
{
    public static RemoteBody Of(RemoteView view) => new(view.Name, view.Node, view.FreeBytes, view.Databases, view.Damaged);
}

internal sealed record GenerationBody(
    long Generation,
    long Bytes,
    long StoredBytes,
    string Sha256,
    DateTimeOffset CompletedAt,
    DateTimeOffset VerifiedAt,
    bool Plain,
    DateTimeOffset? LockedUntil,
    string? Damage)
{
    public static GenerationBody Of(HeldGeneration held) => new(
        held.Generation, held.Bytes, held.StoredBytes, held.Sha256, held.CompletedAt, held.VerifiedAt, held.Plain, held.LockedUntil, held.Damage);
}
