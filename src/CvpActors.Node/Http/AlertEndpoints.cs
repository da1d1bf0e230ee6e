using CvpActors.Actors.Protocol;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>All alerts, and where each has arrived.</summary>
internal static class AlertEndpoints
{
    private static readonly TimeSpan TestWithin = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/alerts", (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerPagesAsync<AlertList, AlertView>(
                page => new GetAlerts { Skip = page.Count },
                list => (list.Alerts, list.More),
                int.MaxValue,
                (alerts, _) => Results.Ok<IReadOnlyList<AlertBody>>([.. alerts.Select(AlertBody.Of)]),
                cancellation));
        app.MapPost("/api/v1/alerts/test", async (HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery();
            await http.RefuseBodyAsync(cancellation);
            return await gateway.AnswerAsync<AlertTestResult>(
                new TestAlerts(http.IdempotencyKey()), result => Results.Ok(AlertTestBody.Of(result)), cancellation, TestWithin);
        });
    }
}
