using Akka.Actor;
using CvpActors.Actors.Offsite;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Offsite;
using CvpActors.Node.Http.Contract;
using CvpActors.Shipping.Vault;

namespace CvpActors.Node.Http;

/// <summary>What remotes hold. Any node answers for all of them; a file comes from the node that has it.</summary>
internal static class RemoteEndpoints
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder app)
    {
        var remotes = app.MapGroup("/api/v1/remotes");
        remotes.MapGet("", ListAsync);
        remotes.MapGet("/{remote}/databases/{db}/generations", GenerationsAsync);
        remotes.MapMethods("/{remote}/databases/{db}/generations/{generation:long}", [HttpMethods.Get, HttpMethods.Head], FileAsync);
    }

    private static async Task<IResult> ListAsync(ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        // One that does not answer is left out: it is in the cluster's list of members, with its state.
        var views = await Task.WhenAll(RemoteDirectory.Present(gateway.Cluster).Select(async remote =>
            await AskAsync(gateway, remote, new GetRemote(), cancellation) as RemoteView));
        return Results.Ok(views.OfType<RemoteView>().Select(RemoteBody.Of).ToArray());
    }

    private static async Task<IResult> GenerationsAsync(string remote, string db, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        await AskAsync(gateway, remote, new GetGenerations(db), cancellation) switch
        {
            GenerationList list => Results.Ok(list.Generations.Select(GenerationBody.Of).ToArray()),
            VaultRefused refused => Refused(refused.Kind, refused.Reason),
            _ => Missing(gateway, remote),
        };

    private static async Task<IResult> FileAsync(
        string remote, string db, long generation, HttpContext context, LocalVault local, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        if (local.Remote == remote && local.Store is { } vault)
        {
            return await SendAsync(vault, db, generation, cancellation);
        }

        return await AskAsync(gateway, remote, new GetRemote(), cancellation) is RemoteView view
            ? Results.Redirect($"{view.BridgeUrl.TrimEnd('/')}{context.Request.Path}", permanent: false, preserveMethod: true)
            : Missing(gateway, remote);
    }

    private static async Task<IResult> SendAsync(VaultStore vault, string database, long generation, CancellationToken cancellation)
    {
        try
        {
            return BackupFileResult.Of(await vault.OpenGenerationAsync(database, generation, cancellation));
        }
        catch (VaultException cause)
        {
            return Refused(cause.Kind, cause.Message);
        }
    }

    private static async Task<object?> AskAsync(ICoordinatorGateway gateway, string remote, IProtocolMessage question, CancellationToken cancellation)
    {
        try
        {
            return RemoteDirectory.Find(gateway.Cluster.System, remote) is { } vault ? await vault.Ask<object>(question, AnswerWithin, cancellation) : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    private static IResult Refused(string kind, string reason) => kind switch
    {
        "unknown-generation" => Problems.NotFound(reason),
        "malformed" => Problems.Malformed(reason),
        _ => Problems.Of(StatusCodes.Status409Conflict, kind, "the remote cannot give it", reason),
    };

    private static IResult Missing(ICoordinatorGateway gateway, string remote)
    {
        var present = RemoteDirectory.Present(gateway.Cluster);
        return present.Contains(remote)
            ? Problems.Of(StatusCodes.Status503ServiceUnavailable, "remote-unreachable", "the remote does not answer", $"remote {remote} did not answer within {AnswerWithin.TotalSeconds:0} s")
            : Problems.Of(StatusCodes.Status404NotFound, "unknown-remote", "no such remote", $"there is no remote \"{remote}\" in the cluster now; there are: {(present.Count > 0 ? string.Join(", ", present) : "none")}");
    }
}
