using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>State, on-demand runs and shipments, the operator's clear, and pause.</summary>
internal static class DatabaseEndpoints
{
    private const int LargestPage = 1000;

    public static void Map(IEndpointRouteBuilder databases)
    {
        databases.MapGet("", ListAsync);
        databases.MapGet("/{db}", (string db, ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<DatabaseView>(new GetDatabase(db), view => Results.Ok(DatabaseBody.Of(view)), cancellation));
        databases.MapDelete("/{db}", async (string db, string? reason, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery("reason");
            await http.RefuseBodyAsync(cancellation);
            return await gateway.DoAsync(db, new RetireDatabase(RequestReading.Reason(reason)), reply => Problem(reply) ?? Results.NoContent(), cancellation);
        });
        databases.MapPost("/{db}/backups", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            await http.BodyAsync(BridgeJson.Default.BackupRequestBody, new BackupRequestBody(), cancellation);
            return await RunAsync(db, Operation.Backup, dryRun: false, http, gateway, cancellation);
        });
        databases.MapPost("/{db}/purges", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            var body = await http.BodyAsync(BridgeJson.Default.PurgeRequestBody, new PurgeRequestBody(), cancellation);
            return await RunAsync(db, Operation.Purge, body.DryRun, http, gateway, cancellation);
        });
        databases.MapPost("/{db}/shipments", ShipAsync);
        databases.MapDelete("/{db}/lock", async (string db, string? reason, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery("reason");
            await http.RefuseBodyAsync(cancellation);
            return await DoAsync(db, new ClearLock(RequestReading.Reason(reason)), gateway, cancellation);
        });
        databases.MapDelete("/{db}/purge-hold", async (string db, string? reason, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery("reason");
            await http.RefuseBodyAsync(cancellation);
            return await DoAsync(db, new LetPurgeGo(RequestReading.RequiredReason(reason)), gateway, cancellation);
        });
        databases.MapPut("/{db}/pause", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery();
            var body = await http.BodyAsync(BridgeJson.Default.PauseRequestBody, new PauseRequestBody(), cancellation);
            return await DoAsync(db, new PauseSchedules(body.Until?.ToUniversalTime(), RequestReading.Reason(body.Reason)), gateway, cancellation);
        });
        databases.MapDelete("/{db}/pause", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery();
            await http.RefuseBodyAsync(cancellation);
            return await DoAsync(db, new ResumeSchedules(), gateway, cancellation);
        });
    }

    /// <summary>An order that ends in <see cref="Accepted"/>: 202, and the state shows what becomes of it.</summary>
    public static Task<IResult> DoAsync(string db, DatabaseCommand command, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        gateway.DoAsync(db, command, reply => Problem(reply) ?? Results.Accepted($"/api/v1/databases/{db}"), cancellation);

    private static Task<IResult> RunAsync(
        string db, Operation operation, bool dryRun, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        http.RefuseQuery();
        return gateway.DoAsync(db, new RequestRun(operation, dryRun, http.IdempotencyKey()), reply => reply switch
        {
            RunGranted granted => Results.Json(new AcceptedBody(granted.AttemptId, granted.Token), BridgeJson.Default.AcceptedBody,
                statusCode: StatusCodes.Status202Accepted),
            RunRefused refused => Problems.LockHeld(refused.Reason, refused.Holder),
            var other => Problem(other)!,
        }, cancellation);
    }

    private static async Task<IResult> ShipAsync(string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        http.RefuseQuery();
        var body = await http.BodyAsync(BridgeJson.Default.ShipmentRequestBody, new ShipmentRequestBody(), cancellation);
        return await gateway.DoAsync(db, new RequestShipments(body.Remote, http.IdempotencyKey()), reply => reply switch
        {
            ShipmentsRequested asked => Results.Json(RequestedShipmentsBody.Of(asked), statusCode: StatusCodes.Status202Accepted),
            var other => Problem(other)!,
        }, cancellation);
    }

    /// <summary>The problem that a reply is; null for what was done.</summary>
    public static IResult? Problem(DatabaseReply reply) => reply switch
    {
        Accepted => null,
        AgentMissing missing => Problems.AgentUnreachable(missing.Reason),
        NoRoom full => Problems.LimitReached(full.Reason),
        NotThere missing => Problems.NotFound(missing.Reason),
        NothingToShip nothing => Problems.NothingToShip(nothing.Reason),
        NotPossible impossible => Problems.NotPossible(impossible.Reason),
        _ => throw new InvalidOperationException($"unexpected reply {reply.GetType().Name}"),
    };

    /// <summary>In pages: without a limit the first 1,000; a header <c>Link</c> says where the next page is.</summary>
    private static Task<IResult> ListAsync(int? limit, string? after, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        http.RefuseQuery("limit", "after");
        var wanted = limit ?? LargestPage;
        if (wanted is < 1 or > LargestPage)
        {
            throw new MalformedRequestException($"limit {wanted} is not allowed; allowed: 1 to {LargestPage}");
        }

        return gateway.AnswerPagesAsync<DatabaseList, DatabaseView>(
            page => new GetDatabases(page.Count > 0 ? page[^1].Id : after, wanted - page.Count),
            list => (list.Databases, list.More),
            wanted,
            (page, more) =>
            {
                if (more)
                {
                    http.HttpContext.Response.Headers.Link =
                        $"</api/v1/databases?limit={wanted}&after={Uri.EscapeDataString(page[^1].Id)}>; rel=\"next\"";
                }

                return Results.Ok<IReadOnlyList<DatabaseBody>>([.. page.Select(DatabaseBody.Of)]);
            },
            cancellation);
    }
}
