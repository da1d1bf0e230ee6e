using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>The history of attempts, and cancelling one.</summary>
internal static class AttemptEndpoints
{
    private const int DefaultLimit = 50;

    public static void Map(IEndpointRouteBuilder databases)
    {
        databases.MapGet("/{db}/attempts", (string db, int? limit, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery("limit");
            var wanted = limit ?? DefaultLimit;
            return wanted is >= 1 and <= DatabaseState.KeptAttempts
                ? gateway.AnswerPagesAsync<AttemptList, AttemptView>(
                    page => new GetAttempts(db, wanted - page.Count) { Skip = page.Count },
                    list => (list.Attempts, list.More),
                    wanted,
                    (attempts, _) => Results.Ok<IReadOnlyList<AttemptBody>>([.. attempts.Select(AttemptBody.Of)]),
                    cancellation)
                : throw new MalformedRequestException($"limit {wanted} is not allowed; allowed: 1 to {DatabaseState.KeptAttempts}");
        });
        databases.MapGet("/{db}/attempts/{id}", (string db, string id, ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<AttemptList>(
                new GetAttempt(db, id),
                list => list.Attempts.Count > 0 ? Results.Ok(AttemptBody.Of(list.Attempts[0])) : Problems.NotFound($"{db} has no attempt {id}"),
                cancellation));
        databases.MapDelete("/{db}/attempts/{id}", async (string db, string id, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        {
            http.RefuseQuery();
            await http.RefuseBodyAsync(cancellation);
            return await DatabaseEndpoints.DoAsync(db, new CancelAttempt(id), gateway, cancellation);
        });
    }
}
