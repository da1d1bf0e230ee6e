using Akka.Configuration;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Shipping.Vault;

namespace CvpActors.Node.Tests.Settings;

public sealed class RemoteSettingsReaderTests
{
    [Fact]
    public void What_is_not_said_is_as_the_page_says()
    {
        var remote = Read("""
            name = "hq"
            directory = "/srv/vault"
            """)!;

        Assert.Equal(("hq", "/srv/vault", new VaultOptions(new KeepPolicy(7, 30, 12, 12), TimeSpan.Zero, Spare: true)), (remote.Name, remote.Directory, remote.Vault));
        Assert.Equal("0 12 * * 0 UTC", remote.Scrub.Text);
        Assert.Equal((0, null), (remote.BytesPerSecond, remote.UploadAddress));
    }

    [Fact]
    public void Everything_that_is_said_is_read()
    {
        var remote = Read("""
            name = "hq"
            directory = "/srv/vault"
            keep {
              last = 3
              daily = 0
              weekly = 5
              monthly = 24
            }
            spare = off
            lock-for = 14d
            scrub {
              schedule = "30 3 * * *"
              time-zone = "Europe/Berlin"
            }
            bandwidth {
              limit = "20 MiB/s"
              windows = [
                {
                  from = "08:00"
                  to = "18:00"
                  limit = "512 KiB/s"
                }
              ]
            }
            """)!;

        Assert.Equal(new VaultOptions(new KeepPolicy(3, 0, 5, 24), TimeSpan.FromDays(14), Spare: false), remote.Vault);
        Assert.Equal("30 3 * * * Europe/Berlin", remote.Scrub.Text);
        Assert.Equal(20L << 20, remote.BytesPerSecond);
        Assert.Equal([new BandwidthWindow(new TimeOnly(8, 0), new TimeOnly(18, 0), 512 << 10)], remote.Windows);
    }

    [Theory]
    [InlineData("""directory = "/srv/vault" """, "cvp-actors.remote.name: is missing")]
    [InlineData("""name = "hq" """, "cvp-actors.remote.directory: is missing")]
    [InlineData("name = \"../hq\"\ndirectory = \"/srv/vault\"", "cvp-actors.remote.name: \"../hq\" is not a name")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nkeep.last = 0", "cvp-actors.remote.keep.last: \"0\" is not allowed")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nkeep.yearly = 1", "cvp-actors.remote.keep.yearly: unknown key")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nspare = maybe", "cvp-actors.remote.spare: \"maybe\" is not known; allowed: on, off")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nscrub.schedule = \"never\"", "cvp-actors.remote.scrub.schedule: ")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nbandwidth.limit = \"fast\"", "cvp-actors.remote.bandwidth.limit: \"fast\" is not a rate")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\nbandwidth.windows = [ { from = \"8\" } ]", "cvp-actors.remote.bandwidth.windows[0].from: \"8\" is not a time of the day")]
    [InlineData("name = \"hq\"\ndirectory = \"/srv/vault\"\naddress = \"10.0.0.3:4054\"", "cvp-actors.remote.address: is of use only where the cluster has TLS")]
    public void What_cannot_be_used_is_named(string section, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<SettingsException>(() => Read(section)).Message, StringComparison.Ordinal);

    private static RemoteSettings? Read(string section) => NodeSettingsReader.Read(
        ConfigurationFactory.ParseString($"cvp-actors {{\n  remote {{\n{section}\n  }}\n}}"), EngineModules.All).Remote;
}
