using Akka.Cluster;
using CvpActors.Actors.Membership;
using CvpActors.Actors.Protocol;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>Who is in the cluster, and who coordinates.</summary>
internal static class ClusterEndpoints
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cluster", (ICoordinatorGateway gateway, CancellationToken cancellation) =>
            gateway.AnswerAsync<EpochView>(new GetEpoch(), coordinator => Show(gateway, coordinator), cancellation));

    private static IResult Show(ICoordinatorGateway gateway, EpochView coordinator) =>
        Results.Ok(new ClusterBody(
            [.. gateway.Cluster.State.Members.Select(BodyOf)],
            coordinator.Node,
            coordinator.Epoch,
            [.. (coordinator.Conflicts ?? []).Select(c => new ConflictBody(c.Database, c.ServedBy, c.Denied))]));

    private static MemberBody BodyOf(Member member)
    {
        var identity = NodeIdentity.Of(member);
        return new MemberBody(
            identity.Name,
            member.Address.ToString(),
            [.. NodeIdentity.RolesOf(member)],
            member.Status.ToString().ToLowerInvariant(),
            $"{identity.Contract}");
    }
}
