using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it reaches the coordinator.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/healthz/live", Methods, () => Results.Text("live"));
        app.MapMethods("/healthz/ready", Methods, (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<EpochView>(new GetEpoch(), _ => Results.Text("ready"), cancellation));
    }
}
