using CvpActors.Actors.Protocol;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Http;

/// <summary>The HTTP bridge: every node has one, and each passes to the one coordinator.</summary>
internal static class Bridge
{
    /// <param name="app">The node's web application.</param>
    /// <param name="names">What the node may be called.</param>
    /// <param name="uploadsOverTls">Whether bytes of shipments come to an address of their own.</param>
    public static void UseBridge(this WebApplication app, HostNames names, bool uploadsOverTls)
    {
        app.UseExceptionHandler();
        app.Use((context, next) => UploadEndpoint.Guard(context, next, uploadsOverTls));
        app.Use(new OriginGuard(names).Refuse);
        app.UseStatusCodePages(context => Problems.Of(
            context.HttpContext.Response.StatusCode,
            "no-such-call",
            $"{context.HttpContext.Request.Method} {context.HttpContext.Request.Path} is not a call of this API",
            "the calls are listed in the README").ExecuteAsync(context.HttpContext));
        HealthEndpoints.Map(app);
        ClusterEndpoints.Map(app);
        var databases = app.MapGroup("/api/v1/databases");
        DatabaseEndpoints.Map(databases);
        RestoreEndpoints.Map(databases);
        DrillEndpoints.Map(databases);
        AttemptEndpoints.Map(databases);
        FileEndpoints.Map(databases);
        AlertEndpoints.Map(app);
        RemoteEndpoints.Map(app);
        UploadEndpoint.Map(app);
    }

    /// <summary>The coordinator's answer, or the problem that all calls share.</summary>
    public static async Task<IResult> AnswerAsync<T>(
        this ICoordinatorGateway gateway, IProtocolMessage message, Func<T, IResult> show, CancellationToken cancellation, TimeSpan? within = null) =>
        Show(await gateway.AskAsync(message, cancellation, within), show);

    /// <summary>Everything of a list that travels in pages: asks on until there is no more, or <paramref name="limit"/> is reached.</summary>
    /// <param name="gateway">The way to the coordinator.</param>
    /// <param name="ask">The question for what follows the first items, however many they are.</param>
    /// <param name="itemsOf">What an answer holds, and whether more follows.</param>
    /// <param name="limit">The most to collect.</param>
    /// <param name="show">Shows what was collected, and whether more follows.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public static async Task<IResult> AnswerPagesAsync<TAnswer, TItem>(
        this ICoordinatorGateway gateway,
        Func<List<TItem>, IProtocolMessage> ask,
        Func<TAnswer, (IReadOnlyList<TItem> Items, bool More)> itemsOf,
        int limit,
        Func<List<TItem>, bool, IResult> show,
        CancellationToken cancellation)
    {
        var collected = new List<TItem>();
        while (true)
        {
            var answered = await gateway.AskAsync(ask(collected), cancellation);
            if (answered is not TAnswer answer)
            {
                return Show<TAnswer>(answered, _ => Results.Empty);
            }

            var (items, more) = itemsOf(answer);
            collected.AddRange(items);
            if (!more || items.Count == 0 || collected.Count >= limit)
            {
                return show(collected, more);
            }
        }
    }

    /// <summary>What became of a wish, or the problem that all calls share.</summary>
    public static async Task<IResult> DoAsync(
        this ICoordinatorGateway gateway, string database, DatabaseCommand command, Func<DatabaseReply, IResult> show, CancellationToken cancellation) =>
        Show<DatabaseAnswer>(await gateway.CommandAsync(database, command, cancellation), answer => show(answer.Reply));

    private static IResult Show<T>(object answered, Func<T, IResult> show) => answered switch
    {
        T answer => show(answer),
        DatabaseAnswer { Reply: NotThere gone } => Problems.NotFound(gone.Reason),
        UnknownDatabase unknown => Problems.UnknownDatabase(unknown.Database, unknown.Known),
        var other => throw new InvalidOperationException($"unexpected answer {other.GetType().Name}"),
    };
}
