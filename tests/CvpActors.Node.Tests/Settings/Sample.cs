using System.Text;
using Akka.Configuration;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Testing;

namespace CvpActors.Node.Tests.Settings;

/// <summary>A configuration that is in order, and what a test lays over it.</summary>
internal static class Sample
{
    public static readonly string Whole = """
        cvp-actors {
          data-directory = "data"
          databases.reporting {
            backup {
              schedule = "0 2 * * *"
              time-zone = "Europe/Berlin"
            }
            purge.schedule = "30 0 * * *"
          }
        }

        """ + ReportingHocon.Database("reporting", "reporting.db", "backup");

    public static NodeSettings Read(string over) =>
        NodeSettingsReader.Read(Parse("over.conf", over).WithFallback(Parse("whole.conf", Whole)), EngineModules.All);

    private static Config Parse(string file, string text) =>
        text.Length == 0 ? Config.Empty : ConfigurationFiles.Parse(file, Encoding.UTF8.GetBytes(text));

    public static string ErrorOf(string over) => Assert.Throws<SettingsException>(() => Read(over)).Message;
}
