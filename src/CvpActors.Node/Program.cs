using System.Globalization;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;

// On Windows the machine's culture would otherwise decide how numbers are written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

try
{
    var options = CommandLine.Parse(args);
    if (options.ShowHelp)
    {
        Console.WriteLine(CommandLine.Help);
        return ExitCodes.Ok;
    }

    var configuration = ConfigurationFiles.Load(options.ConfigFiles);
    return await NodeHost.RunAsync(configuration);
}
catch (SettingsException e)
{
    Console.Error.WriteLine($"CvpActors.Node: {e.Message}");
    return ExitCodes.WrongConfiguration;
}
