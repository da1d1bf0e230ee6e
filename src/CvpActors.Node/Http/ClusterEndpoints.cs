using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary>Who is in the cluster, and who coordinates.</summary>
internal static class ClusterEndpoints
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cluster", (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<CoordinatorView>(new GetCoordinator(), coordinator => Show(gateway, coordinator), cancellation));

    private static IResult Show(ICoordinatorGateway gateway, CoordinatorView coordinator) =>
        Results.Json(
            new ClusterView(
                [.. gateway.Cluster.State.Members.Select(m => new MemberView(m.Address.ToString(), [.. m.Roles], m.Status.ToString().ToLowerInvariant()))],
                coordinator.Node,
                coordinator.Epoch),
            BridgeJson.Default.ClusterView);
}

/// <summary>The body of <c>GET /api/v1/cluster</c>.</summary>
internal sealed record ClusterView(IReadOnlyList<MemberView> Members, string Coordinator, long Epoch);

/// <summary>One member of the cluster.</summary>
internal sealed record MemberView(string Address, IReadOnlyList<string> Roles, string Status);
