using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CvpActors.Node.Alerts;

/// <summary>The key that signs posts to a webhook. Prints as asterisks.</summary>
internal sealed class WebhookKey(string text)
{
    public const int ShortestText = 16;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// The signature of a post: HMAC-SHA-256 over the time in Unix seconds, a dot, and the body. With the time in it, a post
    /// that was overheard cannot be sent again later.
    /// </summary>
    public string Sign(long unixSeconds, ReadOnlySpan<byte> body)
    {
        var prefix = Encoding.ASCII.GetBytes(unixSeconds.ToString(CultureInfo.InvariantCulture) + ".");
        byte[] signed = [.. prefix, .. body];
        return "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(_key, signed));
    }

    public override string ToString() => "***";
}
