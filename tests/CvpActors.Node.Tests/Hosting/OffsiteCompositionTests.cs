using CvpActors.Node.Hosting;
using CvpActors.Node.Tests.Settings;
using CvpActors.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CvpActors.Node.Tests.Hosting;

public sealed class OffsiteCompositionTests
{
    [Fact]
    public void What_was_sent_to_a_remote_that_is_named_no_more_is_let_go()
    {
        using var directory = new TempDirectory();
        foreach (var remote in new[] { "hq", "dr" })
        {
            Directory.CreateDirectory(directory.File($"backup/offsite/{remote}"));
            File.WriteAllText(directory.File($"backup/offsite/{remote}/sent"), "a backup");
        }

        using var offsite = new OffsiteComposition(
            Sample.Read($$"""
                cvp-actors.databases.reporting {
                  backup.directory = "{{directory.File("backup")}}"
                  offsite.remotes = ["dr"]
                }
                """),
            certificates: null,
            TimeProvider.System,
            NullLogger.Instance);
        offsite.ForgetFormerRemotes();

        Assert.Equal(["dr"], Directory.GetDirectories(directory.File("backup/offsite")).Select(Path.GetFileName));
    }
}
