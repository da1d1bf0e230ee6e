using CvpActors.Node.Configuration;

namespace CvpActors.Node.Hosting;

/// <summary>The exit codes of the node.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int WrongConfiguration = 2;

    /// <summary>The others have removed this node from the cluster: a new process may join again.</summary>
    public const int StartAnew = 75;
}

/// <summary>What was written behind the program's name.</summary>
internal sealed record CommandLine(IReadOnlyList<string> ConfigFiles, bool ShowHelp)
{
    public const string Help = """
        CvpActors.Node [--config FILE]...

          --config FILE   HOCON; may be given several times, a later file wins. Without it: hocon/demo.conf.
          --help          this text

        Exit codes: 0 stopped in order, 2 the configuration cannot be used.
        """;

    public static CommandLine Parse(string[] args)
    {
        var files = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    return new CommandLine([], ShowHelp: true);
                case "--config" when i + 1 < args.Length:
                    files.Add(args[++i]);
                    break;
                case "--config":
                    throw new SettingsException("--config", "is missing its file; allowed: --config FILE");
                default:
                    throw new SettingsException(args[i], "unknown option; allowed: --config FILE, --help");
            }
        }

        return new CommandLine(files, ShowHelp: false);
    }
}
