using System.Text.Json;

namespace CvpActors.Shipping.Transfer;

/// <summary>What a remote answers when a delta has arrived: <c>{ "verifiedAt": time }</c>, or a problem with its <c>detail</c>.</summary>
public static class UploadAnswer
{
    private const string VerifiedAt = "verifiedAt";

    /// <summary>The body of a success.</summary>
    public static string Verified(DateTimeOffset at) => JsonSerializer.Serialize(new Dictionary<string, DateTimeOffset> { [VerifiedAt] = at });

    /// <exception cref="JsonException">It is no such body.</exception>
    internal static DateTimeOffset VerifiedAtOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty(VerifiedAt, out var at) && at.TryGetDateTimeOffset(out var time)
            ? time
            : throw new JsonException("the remote's answer does not say when it verified the file");
    }

    internal static string? ErrorOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
