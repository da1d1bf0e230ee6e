using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>State, on-demand runs, the operator's clear, and pause.</summary>
internal static class DatabaseEndpoints
{
    public static void Map(IEndpointRouteBuilder databases)
    {
        databases.MapGet("", ListAsync);
        databases.MapGet("/{db}", (string db, ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<DatabaseView>(new GetDatabase(db), view => Results.Ok(DatabaseBody.Of(view)), cancellation));
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
        databases.MapDelete("/{db}/lock", (string db, string? reason, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery("reason");
            return DoAsync(db, new ClearLock(RequestReading.Reason(reason)), gateway, cancellation);
        });
        databases.MapPut("/{db}/pause", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            var body = await http.BodyAsync(BridgeJson.Default.PauseRequestBody, new PauseRequestBody(), cancellation);
            return await DoAsync(db, new PauseSchedules(body.Until?.ToUniversalTime(), RequestReading.Reason(body.Reason)), gateway, cancellation);
        });
        databases.MapDelete("/{db}/pause", (string db, ICoordinatorGateway gateway, CancellationToken cancellation) =>
            DoAsync(db, new ResumeSchedules(), gateway, cancellation));
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

    private static IResult? Problem(DatabaseReply reply) => reply switch
    {
        Accepted => null,
        AgentMissing missing => Problems.AgentUnreachable(missing.Reason),
        NotThere missing => Problems.NotFound(missing.Reason),
        NotPossible impossible => Problems.NotPossible(impossible.Reason),
        _ => throw new InvalidOperationException($"unexpected reply {reply.GetType().Name}"),
    };

    private static async Task<IResult> ListAsync(ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        var coordinator = (CoordinatorView)await gateway.AskAsync(new GetCoordinator(), cancellation);
        var answers = await Task.WhenAll(coordinator.Databases.Select(d => gateway.AskAsync(new GetDatabase(d), cancellation)));
        return Results.Ok<IReadOnlyList<DatabaseBody>>([.. answers.OfType<DatabaseView>().Select(DatabaseBody.Of)]);
    }
}
