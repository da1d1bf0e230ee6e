using System.Collections.Immutable;

namespace CvpActors.Node.Settings;

/// <summary>The section <c>cluster</c>: how this node is part of one. A node without it is alone on purpose.</summary>
/// <param name="Name">What people see instead of an address; unique in the cluster.</param>
/// <param name="Address">Where others reach this node.</param>
/// <param name="Bind">Where it listens; the same unless configured.</param>
/// <param name="Seeds">The nodes that are asked to let this one in, the same list on all nodes; only the first ever forms a cluster.</param>
/// <param name="Roles">What this node does.</param>
/// <param name="Tls">How connections between nodes are protected; null on loopback only.</param>
internal sealed record ClusterSettings(
    string Name,
    HostAndPort Address,
    HostAndPort Bind,
    ImmutableArray<HostAndPort> Seeds,
    ImmutableSortedSet<string> Roles,
    TlsSettings? Tls);

/// <summary>What a node may do in a cluster.</summary>
internal static class NodeRoles
{
    /// <summary>May host the coordinator.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Maintains databases of its own machine.</summary>
    public const string Reporting = "reporting";

    /// <summary>Keeps copies for other sites.</summary>
    public const string Remote = "remote";

    public static ImmutableSortedSet<string> All { get; } = [Coordinator, Reporting, Remote];
}

/// <summary>Certificates for mutual TLS between nodes, all PEM.</summary>
/// <param name="CertificateFile">This node's certificate, with what stands between it and the CA.</param>
/// <param name="KeyFile">Its private key.</param>
/// <param name="CaFile">The CA that every node's certificate must come from.</param>
/// <param name="AcceptedNames">The names of which a peer's certificate must have one; empty: any certificate of the CA.</param>
internal sealed record TlsSettings(string CertificateFile, string KeyFile, string CaFile, ImmutableArray<string> AcceptedNames);
