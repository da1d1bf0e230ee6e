using CvpActors.Engines.Sqlite;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Engines.Sqlite;

/// <summary><c>engine = sqlite</c>.</summary>
internal sealed class SqliteModule : IEngineModule
{
    public string Name => SqliteEngine.EngineName;

    public IConfiguredEngine Read(SettingsSection database)
    {
        var section = database.Section(Name);
        var path = Path.GetFullPath(section.Text("path"));
        var busy = section.Duration("busy-timeout", SqliteOptions.DefaultBusyTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        section.RefuseUnknownKeys();
        return new ConfiguredSqlite(section.KeyPath("path"), new SqliteOptions(path, busy));
    }
}

/// <summary>A SQLite database file.</summary>
internal sealed record ConfiguredSqlite(string LocationKey, SqliteOptions Options) : IConfiguredEngine
{
    public string DatabaseFile => Options.Path;

    public EnginePorts Compose(TimeProvider time) => new(new SqliteEngine(Options), new SqlitePurger(Options, time)) { Restorer = new SqliteRestorer(Options, time), Driller = new SqliteDriller(Options, time) };
}
