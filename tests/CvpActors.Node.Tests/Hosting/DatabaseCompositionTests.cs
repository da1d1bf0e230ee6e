using Akka.Configuration;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Node.Tests.Settings;
using CvpActors.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CvpActors.Node.Tests.Hosting;

public sealed class DatabaseCompositionTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Categories_of_an_engine_that_only_dumps_are_refused_by_their_key()
    {
        var refused = Assert.Throws<SettingsException>(() => Compose("cvp-actors.databases.reporting.engine = fake"));

        Assert.Equal("cvp-actors.databases.reporting.purge.categories: fake only dumps and cannot purge; allowed: none", refused.Message);
    }

    [Fact]
    public void An_engine_is_what_its_module_makes_of_its_own_section()
    {
        var database = Assert.Single(Compose("cvp-actors.databases.reporting.engine = sqlite"));

        Assert.Equal(("sqlite", "sqlite"), (database.Engine.Name, database.Definition.Engine));
        Assert.NotNull(database.Purger);
    }

    private IReadOnlyList<Domain.Agents.MaintainedDatabase> Compose(string over)
    {
        // The sample has a section of SQLite's, which no other engine reads.
        var text = over.EndsWith("fake", StringComparison.Ordinal) ? Sample.Whole.Replace("sqlite.path", "fake.path", StringComparison.Ordinal) : Sample.Whole;
        var configuration = ConfigurationFactory.ParseString($"{over}\ncvp-actors.data-directory = \"{_directory.Path}\"")
            .WithFallback(ConfigurationFactory.ParseString(text));
        return DatabaseComposition.Compose(
            NodeSettingsReader.Read(configuration, [.. EngineModules.All, new OnlyDumping()]), TimeProvider.System, NullLogger.Instance);
    }

    private sealed class OnlyDumping : IEngineModule, IConfiguredEngine
    {
        public string Name => "fake";

        public string LocationKey => "fake.path";

        public IConfiguredEngine Read(SettingsSection database)
        {
            database.Section(Name).Text("path");
            return this;
        }

        public EnginePorts Compose(TimeProvider time) => new(new FakeEngine("a dump"), Purger: null);
    }
}
