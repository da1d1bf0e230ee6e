using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Offsite;
using CvpActors.Domain.Restores;

namespace CvpActors.Actors.Agents;

/// <summary>Which backup a source means at this moment.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="CompletedAt">When it was complete, UTC.</param>
internal sealed record FoundBackup(long Generation, long Bytes, string Sha256, DateTimeOffset CompletedAt);

/// <summary>Finds what a source means.</summary>
internal static class RestoreSourceFinder
{
    /// <returns>The backup, or why there is none.</returns>
    public static async Task<(FoundBackup? Found, RestoreRefused? Refused)> FindAsync(
        MaintainedDatabase database, RestoreSource source, IGenerationSource? generations, CancellationToken cancellation)
    {
        if (source.File is { } name)
        {
            return database.Reader.List().FirstOrDefault(file => file.Name == name)?.Manifest is { } m
                ? (new FoundBackup(m.Generation, m.Bytes, m.Sha256, m.CompletedAt), null)
                : (null, new RestoreRefused("no-such-backup", $"{database.Id} has no {name} now; see files of GET /api/v1/databases/{database.Id}"));
        }

        if (generations is null)
        {
            return (null, new RestoreRefused("remote-unavailable", "this node has no way to remotes"));
        }

        try
        {
            return Choose(database.Id, source, await generations.ListAsync(source.Remote!, database.Id, cancellation));
        }
        catch (GenerationUnavailableException cause)
        {
            return (null, new RestoreRefused("remote-unavailable", cause.Message));
        }
    }

    private static (FoundBackup? Found, RestoreRefused? Refused) Choose(string database, RestoreSource source, IReadOnlyList<HeldGeneration> held)
    {
        var chosen = source.Generation is { } wanted ? held.FirstOrDefault(g => g.Generation == wanted) : held.Count > 0 ? held[0] : null;
        return chosen switch
        {
            null => (null, new RestoreRefused("no-such-backup",
                $"{source.Remote} has {(held.Count == 0 ? "nothing" : $"no generation {source.Generation}")} of {database}; see GET /api/v1/remotes/{source.Remote}/databases/{database}/generations")),
            { Damage: { } damage } => (null, new RestoreRefused("no-such-backup", $"generation {chosen.Generation} at {source.Remote} is damaged ({damage}); restore another one")),
            _ => (new FoundBackup(chosen.Generation, chosen.Bytes, chosen.Sha256, chosen.CompletedAt), null),
        };
    }
}
