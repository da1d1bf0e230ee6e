using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CvpActors.Node.Alerts;

/// <summary>The key that signs posts to a webhook. Prints as asterisks.</summary>
internal sealed class WebhookKey(string text)
{
    public const int ShortestText = 16;

    private const string StandardPrefix = "whsec_";

    private readonly byte[] _key = Encoding.UTF8.GetBytes(text);
    private readonly byte[] _standardKey = StandardKey(text);

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

    private static byte[] StandardKey(string text)
    {
        var key = new byte[text.Length];
        return text.StartsWith(StandardPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[StandardPrefix.Length..], key, out var length)
            ? key[..length]
            : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>
    /// The same as Standard Webhooks has it: HMAC-SHA-256 over id, time in Unix seconds and body, with dots between, in Base64 after <c>v1,</c>.
    /// A key that is written as its secrets are (<c>whsec_</c> and Base64) is what the Base64 stands for.
    /// </summary>
    public string SignStandard(string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{unixSeconds.ToString(CultureInfo.InvariantCulture)}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(_standardKey, signed));
    }

    public override string ToString() => "***";
}
