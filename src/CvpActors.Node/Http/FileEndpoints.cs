using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;
using Microsoft.Net.Http.Headers;

namespace CvpActors.Node.Http;

/// <summary>The old file, and only that one (rule 8).</summary>
internal static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder databases) =>
        databases.MapMethods("/{db}/files/{name}", [HttpMethods.Get, HttpMethods.Head], (string db, string name, IReadOnlyList<MaintainedDatabase> maintained) =>
            maintained.FirstOrDefault(d => d.Id == db) is { } database
                ? Send(database, name)
                : Problems.UnknownDatabase(db, [.. maintained.Select(d => d.Id)]));

    private static IResult Send(MaintainedDatabase database, string name)
    {
        if (name == BackupNames.Current)
        {
            return Problems.NotCopyable(
                $"{BackupNames.Current} is replaced by the next backup of {database.Id}; copy {BackupNames.Old}, which is the backup before it");
        }

        if (name != BackupNames.Old)
        {
            return Problems.NotFound($"{database.Id} has no file \"{name}\"; there is {BackupNames.Old}");
        }

        if (database.Reader.Open(name) is not { } file)
        {
            return Problems.NotFound($"{database.Id} has no {BackupNames.Old} yet: there is one from the second backup on");
        }

        // The open stream stays whole while later backups rotate the name; the tag tells a resuming reader when it changed.
        return Results.Stream(
            file.Content,
            "application/octet-stream",
            lastModified: file.Manifest.CompletedAt,
            entityTag: new EntityTagHeaderValue($"\"{file.Manifest.Sha256}\""),
            enableRangeProcessing: true);
    }
}
