using CvpActors.Node.Engines;
using CvpActors.Node.Engines.Command;
using CvpActors.Node.Engines.Informix;
using CvpActors.Node.Engines.Postgres;
using CvpActors.Node.Engines.Sqlite;

namespace CvpActors.Node.Hosting;

/// <summary>The engines that a configuration may name. A new one is a folder below <c>Engines</c> and a line here.</summary>
internal static class EngineModules
{
    public static IReadOnlyList<IEngineModule> All { get; } =
    [
        new SqliteModule(),
        new PostgresModule(),
        new InformixModule(),
        new CommandModule(),
    ];
}
