using CvpActors.Domain.Offsite;
using CvpActors.Shipping.Transfer;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace CvpActors.Node.Http;

/// <summary>
/// Where the bytes of shipments arrive. Not for people: a sender is told the address, with a ticket that nobody can guess, over the cluster.
/// Where the cluster has certificates, it is reached over TLS only, with a certificate of the cluster.
/// </summary>
internal static class UploadEndpoint
{
    public const string Path = "/internal/v1/uploads/";

    /// <summary>A sender from which nothing comes for so long is given up; what has arrived stays.</summary>
    private static readonly TimeSpan SilenceMeansGone = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder app) => app.MapPut($"{Path}{{ticket}}", ReceiveAsync);

    /// <summary>Whether a request may come this way: uploads where they belong, and nothing else there.</summary>
    public static Task Guard(HttpContext context, RequestDelegate next, bool overTls)
    {
        var isUpload = context.Request.Path.StartsWithSegments(Path.TrimEnd('/'), StringComparison.Ordinal);
        var belongs = isUpload ? context.Request.IsHttps == overTls : !context.Request.IsHttps;
        if (belongs)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task<IResult> ReceiveAsync(string ticket, HttpContext context, LocalVault local, ILoggerFactory logs)
    {
        if (local.Store is not { } vault)
        {
            return Problems.NotFound("this node keeps nothing for other sites");
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()!.MinDataRate = new MinDataRate(bytesPerSecond: 1, SilenceMeansGone);
        try
        {
            var stored = await vault.ReceiveAsync(ticket, context.Request.Body, context.RequestAborted);
            _ = vault.TidyAsync(stored.Manifest.Database);
            return Results.Text(UploadAnswer.Verified(stored.VerifiedAt), "application/json");
        }
        catch (VaultException cause)
        {
            return Problems.Of(StatusCodes.Status409Conflict, cause.Kind, "the upload was refused", cause.Message);
        }
        catch (Exception cause) when (cause is IOException or OperationCanceledException)
        {
            logs.CreateLogger("CvpActors.Shipping").LogInformation("an upload ended before its end ({Cause}); it goes on where it was", cause.GetBaseException().Message);
            return Problems.Of(StatusCodes.Status408RequestTimeout, "cut-off", "the upload ended before its end", "what has arrived is kept");
        }
    }
}
