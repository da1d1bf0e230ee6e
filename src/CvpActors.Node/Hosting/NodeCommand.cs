using System.CommandLine;
using CvpActors.Node.Configuration;
using CvpActors.Node.Demo;

namespace CvpActors.Node.Hosting;

/// <summary>The node's command line, and what each way to end means for the exit code.</summary>
internal static class NodeCommand
{
    private const string ProgramName = "CvpActors.Node";

    private const string Description = """
        Keeps reporting databases backed up and purged, as one node of a CvpActors cluster or alone.

        Exit codes: 0 stopped in order; 2 the configuration cannot be used; 70 something unforeseen, told with its stack trace;
        75 the cluster has removed this node. After 70 and 75 the service manager should start it again.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            var files = new Option<string[]>("--config")
            {
                Description = "HOCON; may be given several times, a later file wins. Without it: hocon/demo.conf.",
                HelpName = "FILE",
                Arity = ArgumentArity.OneOrMore,
                AllowMultipleArgumentsPerToken = false,
            };
            var demo = new Command("demo-cluster", "Shows a cluster: three nodes as processes of this machine, of which the coordinator is killed during a purge. Ends by itself.");
            demo.SetAction(async (_, cancellation) =>
            {
                await new ClusterDemo(TimeProvider.System).RunAsync(cancellation);
                return ExitCodes.Ok;
            });
            var command = new RootCommand(Description) { files, demo };
            command.SetAction((parsed, _) => NodeHost.RunAsync(ConfigurationFiles.Load(parsed.GetValue(files) ?? [])));
            var parsed = command.Parse(arguments);
            return parsed.Errors is [var first, ..]
                ? throw new SettingsException("command line", $"{first.Message} allowed: --config FILE, --help")
                : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync($"{ProgramName}: {e.Message}");
            return ExitCodes.WrongConfiguration;
        }
        catch (DemoFailedException e)
        {
            await Console.Error.WriteLineAsync($"{ProgramName}: {e.Message}");
            return ExitCodes.Fault;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"{ProgramName}: failed in an unforeseen way; please report this\n{e}");
            return ExitCodes.Fault;
        }
    }
}
