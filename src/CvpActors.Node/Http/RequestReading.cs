using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CvpActors.Node.Http;

/// <summary>Reads what a request carries, strictly.</summary>
internal static class RequestReading
{
    private const int LongestKey = 200;
    private const int LongestReason = 500;

    /// <summary>A reason that an administrator gave; it goes into the log, where it must not look like lines of its own.</summary>
    public static string Reason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return "no reason given";
        }

        return reason.Length <= LongestReason && !reason.Any(char.IsControl)
            ? reason
            : throw new MalformedRequestException($"the reason is not allowed; allowed: up to {LongestReason} characters on one line");
    }

    /// <summary>The same where none may be done without: what nothing brings back is kept with its reason.</summary>
    /// <exception cref="MalformedRequestException">There is none.</exception>
    public static string RequiredReason(string? reason) => string.IsNullOrWhiteSpace(reason)
        ? throw new MalformedRequestException("the reason is missing: give it as ?reason=…; it stays on record")
        : Reason(reason);

    /// <summary>The JSON body, or <paramref name="whenEmpty"/> when there is none.</summary>
    /// <exception cref="MalformedRequestException">It is not the JSON that is expected.</exception>
    public static async Task<T> BodyAsync<T>(this HttpRequest request, JsonTypeInfo<T> type, T whenEmpty, CancellationToken cancellation)
    {
        var text = await request.TextAsync(cancellation);
        if (string.IsNullOrWhiteSpace(text))
        {
            return whenEmpty;
        }

        try
        {
            // Who sends null meant something, and it is not known what.
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new MalformedRequestException(
                $"the body is not the JSON that is expected ({e.Message}); {(type.Properties.Count > 0 ? $"allowed keys: {string.Join(", ", type.Properties.Select(p => p.Name))}, each at most once" : "allowed: no body, or {}")}");
        }
    }

    /// <summary>Refuses a body on a call that has none: what it asks for must not be overlooked.</summary>
    /// <exception cref="MalformedRequestException">There is one.</exception>
    public static async Task RefuseBodyAsync(this HttpRequest request, CancellationToken cancellation)
    {
        if (!string.IsNullOrWhiteSpace(await request.TextAsync(cancellation)))
        {
            throw new MalformedRequestException("the body is not read by this call; allowed: no body");
        }
    }

    private static async Task<string> TextAsync(this HttpRequest request, CancellationToken cancellation)
    {
        using var body = new StreamReader(request.Body);
        return await body.ReadToEndAsync(cancellation);
    }

    /// <summary>The <c>Idempotency-Key</c> header, or null.</summary>
    public static string? IdempotencyKey(this HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        return key.Length <= LongestKey
            ? key.Length == 0 ? null : key
            : throw new MalformedRequestException($"Idempotency-Key has {key.Length} characters; allowed: up to {LongestKey}");
    }

    /// <summary>Refuses a query on a call that has none: <c>?dryRun=true</c> must not be overlooked.</summary>
    public static void RefuseQuery(this HttpRequest request, params string[] allowed)
    {
        foreach (var key in request.Query.Keys)
        {
            if (!allowed.Contains(key))
            {
                throw new MalformedRequestException(
                    $"unknown query parameter \"{key}\"; allowed: {(allowed.Length > 0 ? string.Join(", ", allowed) : "none, options go into the JSON body")}");
            }
        }
    }
}
