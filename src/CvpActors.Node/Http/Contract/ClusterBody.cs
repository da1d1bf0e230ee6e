namespace CvpActors.Node.Http.Contract;

/// <summary>The body of <c>GET /api/v1/cluster</c>.</summary>
internal sealed record ClusterBody(IReadOnlyList<MemberBody> Members, string Coordinator, long Epoch, IReadOnlyList<ConflictBody> Conflicts);

/// <summary>A node wants to serve a database that another one serves, and is not heard.</summary>
internal sealed record ConflictBody(string Database, string ServedBy, string Denied);

/// <summary>One member of the cluster.</summary>
internal sealed record MemberBody(string Name, string Address, IReadOnlyList<string> Roles, string Status, string Version);
