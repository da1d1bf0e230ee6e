using System.Globalization;
using System.Net;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Settings;

/// <summary>Where a node is reached by others, or listens: <c>10.1.2.3:4053</c>, <c>[2001:db8::5]:4053</c>, <c>node.example:4053</c>.</summary>
internal readonly record struct HostAndPort(string Host, int Port)
{
    private const string Allowed = "allowed: HOST:PORT, such as 10.1.2.3:4053 or [2001:db8::5]:4053";

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="SettingsException">It is not a host and a port.</exception>
    public static HostAndPort Parse(string key, string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon > 0 ? text[..colon].Trim('[', ']') : "";
        return host.Length > 0
            && (!host.Contains(':', StringComparison.Ordinal) || text[0] == '[')
            && Uri.CheckHostName(host) != UriHostNameType.Unknown
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue
                ? new HostAndPort(host, port)
                : throw new SettingsException(key, $"\"{text}\" is not an address; {Allowed}");
    }

    /// <summary>As addresses of actors write it.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
