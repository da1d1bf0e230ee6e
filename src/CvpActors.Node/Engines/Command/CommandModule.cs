using System.Collections.Immutable;
using CvpActors.Engines.Command;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Engines.Command;

/// <summary><c>engine = command</c>.</summary>
internal sealed class CommandModule : IEngineModule
{
    public string Name => CommandEngine.EngineName;

    public IConfiguredEngine Read(SettingsSection database)
    {
        var section = database.Section(Name);
        var backup = Line(section, "backup");
        if (backup.IsEmpty)
        {
            throw new SettingsException(section.KeyPath("backup"), "is missing; allowed: a program and its arguments in brackets, [ \"pg_dump\", \"reporting\" ]");
        }

        var options = new CommandOptions(backup, Line(section, "verify"), Line(section, "purge"), ReadEnvironment(section.Section("environment")))
        {
            Restore = Line(section, "restore"),
        };
        section.RefuseUnknownKeys();
        return new ConfiguredCommand(section.KeyPath("backup"), options);
    }

    private static ImmutableArray<string> Line(SettingsSection section, string key) => [.. section.TextList(key)];

    private static ImmutableDictionary<string, string> ReadEnvironment(SettingsSection section) =>
        section.Keys.ToImmutableDictionary(name => name, section.Text, StringComparer.Ordinal);
}

/// <summary>The programs of one database.</summary>
internal sealed record ConfiguredCommand(string LocationKey, CommandOptions Options) : IConfiguredEngine
{
    public EnginePorts Compose(TimeProvider time) => new(new CommandEngine(Options), Options.Purge.IsEmpty ? null : new CommandPurger(Options, time))
    {
        Restorer = Options.Restore.IsEmpty ? null : new CommandRestorer(Options, time),
        Driller = Options.Restore.IsEmpty ? null : new CommandDriller(Options, time),
    };
}
