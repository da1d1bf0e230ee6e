using System.CommandLine;
using System.Globalization;

namespace CvpActors.Cli;

/// <summary><c>cvpctl drill</c>: has a backup restored into a throw-away place now, and stays until it is proven or has failed.</summary>
internal static class DrillCommand
{
    /// <summary>How often it is looked whether it has ended.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var database = new Argument<string>("database") { Description = "The database's id.", HelpName = "DB" };
        var url = NodeOption.Create();
        var command = new Command("drill", "Restores a backup into a place that is thrown away, as its section drill says, and checks it.") { database, url };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(database), Console.Out, Console.Error, TimeProvider.System, cancellation));
        return command;
    }

    /// <returns>0 when the generation is proven; 1 when the drill was refused or failed, 2 when no node answered, with the reason to <paramref name="errors"/>.</returns>
    internal static Task<int> RunAsync(Uri url, string database, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellation) =>
        Asking.RunAsync(errors, async () =>
        {
            using var node = new NodeClient(url);
            var attempt = (await node.DrillAsync(database, cancellation)).AttemptId;
            await output.WriteLineAsync($"{attempt} begins");
            while (true)
            {
                var now = await node.DatabaseAsync(database, cancellation);
                if (now.Drill?.Last is { } last && last.AttemptId == attempt)
                {
                    await TellAsync(now, last, output);
                    return ExitCodes.Ok;
                }

                if (now.Drill is { UnderWay: { } other } && other.AttemptId != attempt)
                {
                    throw new RefusedException($"{attempt} has ended, and {other.AttemptId} is under way; see the node's log for how it ended");
                }

                await Task.Delay(LookEvery, time, cancellation);
            }
        });

    private static Task TellAsync(DatabaseBody database, DrillEndedBody ended, TextWriter output) => ended.Succeeded && database.LastProven is { } proven
        ? output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"generation {proven.Generation} ({proven.Source}) is proven: restored in {proven.RestoreSeconds:0.0} s{(proven.Rows is { } rows ? $", {rows} rows" : "")}{(ended.Note is { } note ? $"; {note}" : "")}"))
        : throw new RefusedException($"{ended.AttemptId} failed: {ended.Error}");
}
