using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it reaches the coordinator.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz/live", () => Results.Text("live"));
        app.MapGet("/healthz/ready", (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<CoordinatorView>(new GetCoordinator(), _ => Results.Text("ready"), cancellation));
    }
}
