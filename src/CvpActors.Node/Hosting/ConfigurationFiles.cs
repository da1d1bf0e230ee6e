using Akka.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Reads the files of the command line.</summary>
internal static class ConfigurationFiles
{
    private const string Demo = "demo.conf";

    /// <summary>The files laid over each other, a later one over an earlier one.</summary>
    /// <exception cref="SettingsException">A file cannot be read or is not HOCON.</exception>
    public static Config Load(IReadOnlyList<string> files)
    {
        var chosen = files.Count > 0 ? files : [Path.Combine(AppContext.BaseDirectory, "hocon", Demo)];
        return chosen.Select(Parse).Aggregate((under, over) => over.WithFallback(under));
    }

    private static Config Parse(string file)
    {
        try
        {
            return ConfigurationFactory.ParseString(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(file, $"cannot be read ({e.Message}); allowed: a HOCON file");
        }
        catch (Exception e)
        {
            throw new SettingsException(file, $"is not HOCON: {e.Message}");
        }
    }
}
