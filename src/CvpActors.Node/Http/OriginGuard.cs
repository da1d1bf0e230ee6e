using System.Net;

namespace CvpActors.Node.Http;

/// <summary>
/// The bridge has no log-in: it trusts whoever reaches it, and a browser on the same machine does. So what a web page of
/// another origin sends is refused, and on loopback any name that is not the machine's own (a name may be pointed at 127.0.0.1).
/// </summary>
internal static class OriginGuard
{
    private const string Localhost = "localhost";

    public static Task Refuse(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value))
        {
            return Forbid(context, $"a page of {Shown(origin)} may not use this bridge");
        }

        var onLoopback = context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);
        return onLoopback && !IsOwnName(request.Host.Host)
            ? Forbid(context, $"{Shown(request.Host.Host)} is not this machine's own name; allowed here: {Localhost}, 127.0.0.1, [::1]")
            : next(context);
    }

    private static bool IsOwnName(string host) =>
        host.Length == 0 || host.Equals(Localhost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100];

    private static Task Forbid(HttpContext context, string detail) =>
        Problems.Of(StatusCodes.Status403Forbidden, "foreign-origin", "not from there", detail).ExecuteAsync(context);
}
