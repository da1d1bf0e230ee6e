using System.Buffers.Binary;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Notifications;

/// <summary>Values in the textual conventions that the MIBs use.</summary>
public static class TextualConventions
{
    /// <summary>The longest SnmpAdminString and DisplayString, octets (RFC 3411, RFC 2579).</summary>
    public const int MaximumTextOctets = 255;

    private const string Ellipsis = "…";

    /// <summary>DateAndTime of RFC 2579: 11 octets, to the tenth of a second, with an offset from UTC of zero.</summary>
    public static Octets DateAndTime(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        var octets = new byte[11];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)utc.Year);
        octets[2] = (byte)utc.Month;
        octets[3] = (byte)utc.Day;
        octets[4] = (byte)utc.Hour;
        octets[5] = (byte)utc.Minute;
        octets[6] = (byte)utc.Second;
        octets[7] = (byte)(utc.Millisecond / 100);
        octets[8] = (byte)'+';
        return new Octets(octets);
    }

    /// <summary>Text cut to 255 octets of UTF-8 between two characters; a cut one ends with an ellipsis.</summary>
    public static Octets AdminString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var octets = System.Text.Encoding.UTF8.GetBytes(text);
        if (octets.Length <= MaximumTextOctets)
        {
            return new Octets(octets);
        }

        var end = MaximumTextOctets - System.Text.Encoding.UTF8.GetByteCount(Ellipsis);
        while ((octets[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return new Octets((byte[])[.. octets.AsSpan(0, end), .. System.Text.Encoding.UTF8.GetBytes(Ellipsis)]);
    }
}
