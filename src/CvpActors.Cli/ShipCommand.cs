using System.CommandLine;

namespace CvpActors.Cli;

/// <summary><c>cvpctl ship</c>: has the old file of a database shipped now.</summary>
internal static class ShipCommand
{
    public static Command Create()
    {
        var database = new Argument<string>("database") { Description = "The database's id.", HelpName = "DB" };
        var remote = new Option<string?>("--remote") { Description = "To this remote only. Without it: to all of the database's.", HelpName = "REMOTE" };
        var url = NodeOption.Create();
        var command = new Command("ship", "Ships cvp_backup_data.old to the database's remotes now; what is there already is verified once more.") { database, remote, url };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(database), parsed.GetValue(remote), Console.Out, Console.Error, cancellation));
        return command;
    }

    /// <returns>0, with a line for each remote to <paramref name="output"/>; or 1 or 2, with the reason to <paramref name="errors"/>.</returns>
    internal static Task<int> RunAsync(Uri url, string database, string? remote, TextWriter output, TextWriter errors, CancellationToken cancellation) =>
        Asking.RunAsync(errors, async () =>
        {
            using var node = new NodeClient(url);
            foreach (var asked in (await node.ShipAsync(database, remote, cancellation)).Shipments)
            {
                await output.WriteLineAsync($"{asked.Remote}: generation {asked.Generation} {InWords(asked.Outcome)}");
            }

            return ExitCodes.Ok;
        });

    /// <summary>A node of a later version may say what this one does not know.</summary>
    private static string InWords(string outcome) => outcome switch
    {
        "due" => "is due now",
        "running" => "is on its way already",
        "again" => "is there already and is verified once more",
        _ => outcome,
    };
}
