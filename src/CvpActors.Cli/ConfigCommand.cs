using System.CommandLine;
using CvpActors.Node.Configuration;
using CvpActors.Node.Offline;

namespace CvpActors.Cli;

/// <summary><c>cvpctl config check</c>: says whether a node would start with a configuration, and starts none.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "HOCON; several are laid over each other as those of several --config, a later one wins.",
            Arity = ArgumentArity.OneOrMore,
        };
        var check = new Command("check", "Checks what a node would check at its start. Run it as the node's user, in the node's working directory.") { files };
        check.SetAction((parsed, _) => CheckAsync(parsed.GetRequiredValue(files), Console.Out, Console.Error));
        return new Command("config", "Configuration files.") { check };
    }

    /// <returns>0, with one line to <paramref name="output"/> and advice to <paramref name="errors"/>; or 2, with one line to <paramref name="errors"/>.</returns>
    internal static async Task<int> CheckAsync(string[] files, TextWriter output, TextWriter errors)
    {
        try
        {
            var report = await ConfigurationCheck.RunAsync(files, TimeProvider.System);
            foreach (var advice in report.Advice)
            {
                await errors.WriteLineAsync($"cvpctl: advice: {advice}");
            }

            await output.WriteLineAsync($"{string.Join(" + ", files)} is good: {report.Summary}");
            return ExitCodes.Ok;
        }
        catch (SettingsException e)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.WrongConfiguration;
        }
    }
}
