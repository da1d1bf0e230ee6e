using System.CommandLine;

namespace CvpActors.Cli;

/// <summary><c>cvpctl release</c>: lets a held purge go.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var database = new Argument<string>("database") { Description = "The database's id.", HelpName = "DB" };
        var reason = new Option<string>("--reason") { Description = "Why it may go; it stays on record.", HelpName = "TEXT", Required = true };
        var url = NodeOption.Create();
        var command = new Command("release", "Lets a purge go that is held, after you have looked at why: the alert purge-held says it, and purge.held of GET /api/v1/databases/DB.") { database, reason, url };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(url), parsed.GetRequiredValue(database), parsed.GetRequiredValue(reason), Console.Out, Console.Error, cancellation));
        return command;
    }

    /// <returns>0; or 1 or 2, with the reason to <paramref name="errors"/>.</returns>
    internal static Task<int> RunAsync(Uri url, string database, string reason, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        Asking.RunAsync(errors, async () =>
        {
            if (string.IsNullOrWhiteSpace(reason))
            {
                throw new RefusedException("the reason is missing: give it as --reason \"…\"; it stays on record");
            }

            using var node = new NodeClient(url);
            await node.ReleaseAsync(database, reason, cancellation);
            await output.WriteLineAsync($"{database}: what held its purge holds it no longer; inside an open window it is tried at once, else when it is next due or asked for");
            return ExitCodes.Ok;
        });
}
