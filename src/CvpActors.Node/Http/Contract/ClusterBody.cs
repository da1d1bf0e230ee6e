namespace CvpActors.Node.Http.Contract;

/// <summary>The body of <c>GET /api/v1/cluster</c>.</summary>
internal sealed record ClusterBody(IReadOnlyList<MemberBody> Members, string Coordinator, long Epoch);

/// <summary>One member of the cluster.</summary>
internal sealed record MemberBody(string Name, string Address, IReadOnlyList<string> Roles, string Status, string Version);
