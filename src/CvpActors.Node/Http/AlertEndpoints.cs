using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary>All alerts, and where each has arrived.</summary>
internal static class AlertEndpoints
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/alerts", (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<AlertList>(new GetAlerts(), list => Results.Ok(list.Alerts), cancellation));
}
