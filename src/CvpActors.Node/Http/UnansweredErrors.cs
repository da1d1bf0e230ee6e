using Microsoft.AspNetCore.Diagnostics;

namespace CvpActors.Node.Http;

/// <summary>Makes a problem of every error that no endpoint has answered.</summary>
internal sealed class UnansweredErrors(ILogger<UnansweredErrors> log) : IExceptionHandler
{
    /// <summary>A coordinator that moves is there again within seconds.</summary>
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        await ProblemOf(context, exception).ExecuteAsync(context);
        return true;
    }

    private IResult ProblemOf(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case CoordinatorUnavailableException:
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                return Problems.CoordinatorUnavailable(exception.Message);
            case MalformedRequestException or BadHttpRequestException:
                return Problems.Malformed(exception.Message);
            default:
                log.LogError(exception, "{Method} {Path} failed in an unforeseen way", context.Request.Method, context.Request.Path);
                return Problems.Of(StatusCodes.Status500InternalServerError, "internal-error", "the node failed", "see this node's log");
        }
    }
}
