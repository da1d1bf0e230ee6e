using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it reaches the coordinator, and that one its journal.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/healthz/live", Methods, () => Results.Text("live"));
        app.MapMethods("/healthz/ready", Methods, (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<EpochView>(
                new GetEpoch(),
                coordinator => coordinator.JournalProblem is { } problem
                    ? Problems.CoordinatorUnavailable($"the coordinator cannot reach its journal: {problem}")
                    : Results.Text("ready"),
                cancellation));
    }
}
