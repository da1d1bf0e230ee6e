using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>Drills on demand.</summary>
internal static class DrillEndpoints
{
    public static void Map(IEndpointRouteBuilder databases) =>
        databases.MapPost("/{db}/drills", async (string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery();
            await http.BodyAsync(BridgeJson.Default.DrillRequestBody, new DrillRequestBody(), cancellation);
            return await gateway.DoAsync(db, new RequestDrill(http.IdempotencyKey()), reply => reply switch
            {
                DrillGranted granted => Results.Json(new AcceptedDrillBody(granted.AttemptId), BridgeJson.Default.AcceptedDrillBody, statusCode: StatusCodes.Status202Accepted),
                var other => DatabaseEndpoints.Problem(other)!,
            }, cancellation);
        });
}
