using System.Net;
using System.Net.NetworkInformation;

namespace CvpActors.Node.Settings;

/// <summary>
/// The names by which a node's bridge may be called. A web page can point a name of its own at any address that its reader can reach, and
/// then the browser takes the node for a part of that page; but the name stays in the header <c>Host</c>.
/// </summary>
internal sealed class HostNames
{
    /// <summary>In <c>http.hosts</c>: no name is refused.</summary>
    public const string Any = "*";

    private const string Localhost = "localhost";

    private readonly SortedSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { Localhost };

    private HostNames(IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>().Select(Bare))
        {
            _names.Add(name);
        }

        _names.RemoveWhere(name => name.Length == 0 || IsEveryAddress(name));
    }

    /// <summary>What a node is called by its own settings and by its machine.</summary>
    public static HostNames Of(NodeSettings settings)
    {
        var machine = IPGlobalProperties.GetIPGlobalProperties();
        return new HostNames(
        [
            settings.HttpUrl.Host,
            settings.PublicUrl?.Host,
            settings.Cluster?.Address.Host,
            settings.Cluster?.Bind.Host,
            settings.Remote?.UploadAddress?.Host,
            Environment.MachineName,
            machine.HostName,
            machine.DomainName.Length > 0 ? $"{machine.HostName}.{machine.DomainName}" : null,
            .. settings.HttpHosts,
        ]);
    }

    /// <summary>Whether a request may come under <paramref name="host"/>; one without a name is no browser's.</summary>
    /// <param name="host">The header, without the port.</param>
    /// <param name="reached">The address of this machine that was reached.</param>
    public bool Allows(string host, IPAddress? reached)
    {
        var name = Bare(host);
        return name.Length == 0 || _names.Contains(Any) || _names.Contains(name)
            || (IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || address.Equals(Plain(reached))));
    }

    /// <summary>The names, for errors.</summary>
    public override string ToString() => string.Join(", ", _names);

    private static string Bare(string host) => host.Trim('[', ']').TrimEnd('.');

    private static bool IsEveryAddress(string name) => IPAddress.TryParse(name, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
