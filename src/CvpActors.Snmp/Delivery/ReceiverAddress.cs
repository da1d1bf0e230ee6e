using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CvpActors.Snmp.Delivery;

/// <summary>HOST:PORT, with an IPv6 address in brackets.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The UDP port, 1 to 65535.</param>
internal sealed record ReceiverAddress(string Host, int Port)
{
    /// <summary>Reads it; false when it is not one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReceiverAddress? address)
    {
        address = null;
        var colon = (text ?? "").LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        var host = text![..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new ReceiverAddress(host, port);
        return true;
    }
}
