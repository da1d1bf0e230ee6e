using System.CommandLine;
using CvpActors.Node.Configuration;
using CvpActors.Node.Offline;

namespace CvpActors.Cli;

/// <summary><c>cvpctl informix check</c>: what a user's own server answers, beside what the engine expects of it.</summary>
internal static class InformixCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "HOCON; several are laid over each other as those of several --config, a later one wins.",
            Arity = ArgumentArity.OneOrMore,
        };
        var database = new Option<string?>("--database") { Description = "Which database, where the configuration has several with engine = informix.", HelpName = "NAME" };
        var check = new Command("check", "Asks the server all that a backup and a purge ask it, and changes nothing. Run it as the node's user.") { files, database };
        check.SetAction((parsed, _) => CheckAsync(parsed.GetRequiredValue(files), parsed.GetValue(database), Console.Out, Console.Error));
        return new Command("informix", "Informix servers.") { check };
    }

    /// <returns>0 when all is as expected, 1 when something is not, 2 when the configuration cannot be used.</returns>
    internal static async Task<int> CheckAsync(string[] files, string? database, TextWriter output, TextWriter errors)
    {
        try
        {
            var (all, good) = (0, 0);
            await foreach (var step in DatabaseInspection.RunAsync(files, database, TimeProvider.System))
            {
                all++;
                good += step.Good ? 1 : 0;
                await output.WriteLineAsync($"{(step.Good ? "good " : "LOOK ")} {step.Asked}");
                await output.WriteLineAsync($"      expected: {step.Expected}");
                await output.WriteLineAsync($"      seen:     {step.Seen}");
            }

            await output.WriteLineAsync(good == all ? $"all {all} steps are as expected; nothing was changed" : $"{all - good} of {all} steps are not as expected; nothing was changed");
            return good == all ? ExitCodes.Ok : ExitCodes.Attention;
        }
        catch (SettingsException e)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.WrongConfiguration;
        }
    }
}
