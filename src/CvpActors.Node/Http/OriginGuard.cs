using CvpActors.Node.Settings;

namespace CvpActors.Node.Http;

/// <summary>
/// The bridge has no log-in: it trusts whoever reaches it, and a browser that can reach it does so for any web page. So what a page of
/// another origin sends is refused, and any name that is not one of the node's own (a name may be pointed at it). Connections over TLS are
/// those of senders with a certificate of the cluster, which no browser has.
/// </summary>
internal sealed class OriginGuard(HostNames names)
{
    public Task Refuse(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value))
        {
            return Forbid(context, $"a page of {Shown(origin)} may not use this bridge");
        }

        return request.IsHttps || names.Allows(request.Host.Host, context.Connection.LocalIpAddress)
            ? next(context)
            : Forbid(context, $"{Shown(request.Host.Host)} is not a name of this node; allowed here: {names}, and the address that was reached; add others to cvp-actors.http.hosts");
    }

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100];

    private static Task Forbid(HttpContext context, string detail) =>
        Problems.Of(StatusCodes.Status403Forbidden, "foreign-origin", "not from there", detail).ExecuteAsync(context);
}
