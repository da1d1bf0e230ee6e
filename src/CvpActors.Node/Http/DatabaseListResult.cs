using CvpActors.Actors.Protocol;

namespace CvpActors.Node.Http;

/// <summary>The state of every database, asked for together.</summary>
internal sealed class DatabaseListResult(ICoordinatorGateway gateway, IReadOnlyList<string> databases) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancellation = httpContext.RequestAborted;
        var answers = await Task.WhenAll(databases.Select(d => gateway.AskAsync(new GetDatabase(d), cancellation)));
        await Results.Ok(answers.OfType<DatabaseView>().ToArray()).ExecuteAsync(httpContext);
    }
}
