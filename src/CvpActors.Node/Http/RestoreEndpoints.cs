using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Restores;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>Restores: planned first, by the agent on whose machine it would be done, and then begun just as planned, or not.</summary>
internal static class RestoreEndpoints
{
    private const int LongestTarget = 4000;

    /// <summary>A remote may have to be asked what it holds.</summary>
    private static readonly TimeSpan PlannedWithin = TimeSpan.FromSeconds(40);

    public static void Map(IEndpointRouteBuilder databases) => databases.MapPost("/{db}/restores", RestoreAsync);

    private static async Task<IResult> RestoreAsync(string db, HttpRequest http, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        http.RefuseQuery();
        var body = await http.BodyAsync(BridgeJson.Default.RestoreRequestBody, new RestoreRequestBody(), cancellation);
        var wish = WishOf(body);
        var key = body.DryRun ? null : http.IdempotencyKey();
        if (key is not null && await RecallAsync(db, key, wish, gateway, cancellation) is { } earlier)
        {
            return earlier;
        }

        return await gateway.AskAsync(new PlanRestore(db, wish), cancellation, PlannedWithin) switch
        {
            RestorePlanned { Plan: { } plan } when body.DryRun => Results.Ok(RestorePlanBody.Of(db, plan)),
            RestorePlanned { Plan: { } plan } => await BeginAsync(db, plan, body.Confirm, key, gateway, cancellation),
            RestoreRefused refused => Problems.RestoreRefused(refused.Kind, refused.Reason),
            DatabaseAnswer answer => DatabaseEndpoints.Problem(answer.Reply)!,
            UnknownDatabase unknown => Problems.UnknownDatabase(unknown.Database, unknown.Known),
            var other => throw new InvalidOperationException($"unexpected answer {other.GetType().Name}"),
        };
    }

    private static RestoreWish WishOf(RestoreRequestBody body)
    {
        if (RestoreSource.TryParse(body.Source) is not { } source)
        {
            throw new MalformedRequestException($"source {(body.Source is null ? "is missing" : $"\"{body.Source}\" is not allowed")}; allowed: {RestoreSource.Allowed}");
        }

        if (body.Target is { } target && (target.Length is 0 or > LongestTarget || target.Any(char.IsControl)))
        {
            throw new MalformedRequestException($"target is not allowed; allowed: \"{RestoreOrder.Live}\" for the live database, a new place in the words of its engine, or none to have one chosen");
        }

        if (body.Confirm is not null && body.Target != RestoreOrder.Live)
        {
            throw new MalformedRequestException($"confirm is for the live database, and target is not \"{RestoreOrder.Live}\"; nothing is replaced by this request, so leave confirm out, or say target \"{RestoreOrder.Live}\"");
        }

        return new RestoreWish(source.ToString(), body.Target, body.ReapplyPurges ?? body.Target == RestoreOrder.Live);
    }

    /// <summary>The answer to the same request before; null when there was none.</summary>
    private static async Task<IResult?> RecallAsync(string db, string key, RestoreWish wish, ICoordinatorGateway gateway, CancellationToken cancellation) =>
        await gateway.CommandAsync(db, new RecallRestore(key, wish), cancellation) is DatabaseAnswer { Reply: RunGranted or RunRefused or NotPossible } answer
            ? Show(answer.Reply)
            : null;

    private static async Task<IResult> BeginAsync(string db, RestorePlan plan, string? confirm, string? key, ICoordinatorGateway gateway, CancellationToken cancellation)
    {
        if (plan.Problem is { } problem)
        {
            return Problems.RestoreRefused(plan.Place.Problem is null ? "no-room" : "target-not-usable", problem);
        }

        if (RestoreConfirmation.ProblemOf(db, plan.Order, confirm) is { } unconfirmed)
        {
            return Problems.ConfirmationRequired(unconfirmed, RestoreConfirmation.TextFor(db, plan.Order.Generation));
        }

        return await gateway.DoAsync(db, new RequestRun(Operation.Restore, DryRun: false, key) { Restore = plan.Order, Confirm = confirm }, Show, cancellation);
    }

    private static IResult Show(DatabaseReply reply) => reply switch
    {
        RunGranted granted => Results.Json(new AcceptedRestoreBody(granted.AttemptId, granted.Token, granted.Target ?? ""), BridgeJson.Default.AcceptedRestoreBody,
            statusCode: StatusCodes.Status202Accepted),
        RunRefused refused => Problems.LockHeld(refused.Reason, refused.Holder),
        var other => DatabaseEndpoints.Problem(other)!,
    };
}
