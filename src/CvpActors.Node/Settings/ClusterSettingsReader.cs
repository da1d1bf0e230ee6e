using System.Collections.Immutable;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Settings;

/// <summary>Reads and checks the section <c>cluster</c>.</summary>
internal static class ClusterSettingsReader
{
    private const string AcceptTwoSeeds = "accept-two-seeds";

    /// <param name="cluster">The section.</param>
    /// <param name="sharedJournal">Whether the journal is one that several machines can share.</param>
    /// <exception cref="SettingsException">Something in it cannot be used, or would make two clusters of one.</exception>
    public static ClusterSettings Read(SettingsSection cluster, bool sharedJournal)
    {
        var name = cluster.Name("name");
        var address = HostAndPort.Parse(cluster.KeyPath("address"), cluster.Text("address"));
        var bind = cluster.OptionalText("bind") is { } text ? HostAndPort.Parse(cluster.KeyPath("bind"), text) : address;
        var seeds = ReadSeeds(cluster);
        var roles = ReadRoles(cluster);
        var tls = cluster.Has("tls") ? ReadTls(cluster.Section("tls")) : null;
        var acceptTwo = cluster.OneOf(AcceptTwoSeeds, false, ("on", true), ("off", false));
        cluster.RefuseUnknownKeys();
        if (seeds.Length == 2 && !acceptTwo)
        {
            throw new SettingsException(cluster.KeyPath("seeds"),
                "names two coordinators, which are less available than one: when either dies the other cannot tell that from a cut and stops too; "
                + "allowed: one, or three and more, of which one may be a mere witness (a node with the coordinator role on any small machine), "
                + $"or two with {AcceptTwoSeeds} = on");
        }

        if (roles.Contains(NodeRoles.Coordinator) && !sharedJournal && seeds.Any(seed => seed != address))
        {
            throw new SettingsException(cluster.KeyPath("roles"),
                "a coordinator beside others needs the journal that they share, and this node's is a file of its own; "
                + "allowed: cvp-actors.journal.postgres, or no coordinator but this one (then seeds names this node alone)");
        }

        if (tls is null && !(address.IsLoopback && bind.IsLoopback))
        {
            throw new SettingsException(cluster.KeyPath("tls"),
                $"is missing, and {(address.IsLoopback ? bind : address)} can be reached from other machines; allowed: certificate-file, key-file and ca-file, or loopback addresses");
        }

        return new ClusterSettings(name, address, bind, seeds, roles, tls);
    }

    private static ImmutableArray<HostAndPort> ReadSeeds(SettingsSection cluster)
    {
        var key = cluster.KeyPath("seeds");
        ImmutableArray<HostAndPort> seeds = [.. cluster.TextList("seeds").Select(seed => HostAndPort.Parse(key, seed))];
        if (seeds.IsEmpty)
        {
            throw new SettingsException(key, "is missing or empty; allowed: the addresses of the coordinators, the same list in the same order on all nodes");
        }

        return seeds.Distinct().Count() == seeds.Length
            ? seeds
            : throw new SettingsException(key, "names an address twice; allowed: each once");
    }

    private static ImmutableSortedSet<string> ReadRoles(SettingsSection cluster)
    {
        var roles = cluster.TextList("roles");
        var allowed = $"allowed: one or more of {string.Join(", ", NodeRoles.All)}";
        if (roles.FirstOrDefault(role => !NodeRoles.All.Contains(role)) is { } unknown)
        {
            throw new SettingsException(cluster.KeyPath("roles"), $"\"{unknown}\" is not known; {allowed}");
        }

        return roles.Count > 0 ? [.. roles] : throw new SettingsException(cluster.KeyPath("roles"), $"is missing or empty; {allowed}");
    }

    private static TlsSettings ReadTls(SettingsSection tls)
    {
        var settings = new TlsSettings(
            ReadableFile(tls, "certificate-file"),
            ReadableFile(tls, "key-file"),
            ReadableFile(tls, "ca-file"),
            [.. tls.TextList("accepted-names")]);
        tls.RefuseUnknownKeys();
        return settings;
    }

    private static string ReadableFile(SettingsSection section, string key)
    {
        var path = Path.GetFullPath(section.Text(key));
        try
        {
            using var file = File.OpenRead(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(section.KeyPath(key), $"{path} cannot be read ({e.Message}); allowed: a PEM file that this user may read");
        }
    }
}
