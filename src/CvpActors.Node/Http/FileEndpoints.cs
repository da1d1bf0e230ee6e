using CvpActors.Actors.Protocol;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;

namespace CvpActors.Node.Http;

/// <summary>The old file, and only that one (rule 8). Any node answers; one that does not have the file sends the caller to the one that has.</summary>
internal static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder databases) =>
        databases.MapMethods("/{db}/files/{name}", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        string db, string name, IReadOnlyList<MaintainedDatabase> maintained, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        if (name == BackupNames.Current)
        {
            return Problems.NotCopyable(
                $"{BackupNames.Current} is replaced by the next backup of {db}; copy {BackupNames.Old}, which is the backup before it");
        }

        if (name != BackupNames.Old)
        {
            return Problems.NotFound($"{db} has no file \"{name}\"; there is {BackupNames.Old}");
        }

        return maintained.FirstOrDefault(d => d.Id == db) is { } here
            ? Send(here)
            : await gateway.AnswerAsync<DatabaseView>(new GetDatabase(db), view => SendToOwner(view, name), cancellation);
    }

    private static IResult SendToOwner(DatabaseView view, string name) =>
        view is { Agent: AgentView.Connected, BridgeUrl: { } bridge }
            ? Results.Redirect($"{bridge.TrimEnd('/')}/api/v1/databases/{view.Id}/files/{name}", permanent: false, preserveMethod: true)
            : Problems.AgentUnreachable($"the node that has the files of {view.Id} cannot be reached; check that it runs and is in the cluster");

    /// <remarks>The open stream stays whole while later backups rotate the name.</remarks>
    private static IResult Send(MaintainedDatabase database) => database.Reader.Open(BackupNames.Old) is { } file
        ? BackupFileResult.Of(file)
        : Problems.NotFound($"{database.Id} has no {BackupNames.Old} yet: there is one from the second backup on");
}
