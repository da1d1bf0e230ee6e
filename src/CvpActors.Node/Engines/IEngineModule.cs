using CvpActors.Domain.Ports;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Engines;

/// <summary>One engine, as a node knows it: how its own section of the configuration is read, and what is made of it.</summary>
internal interface IEngineModule
{
    /// <summary>The value of <c>engine</c> that selects it; its own section has the same name.</summary>
    string Name { get; }

    /// <summary>Reads the engine's section of one database.</summary>
    /// <param name="database">The section <c>databases.NAME</c>.</param>
    /// <exception cref="SettingsException">Something in it cannot be used.</exception>
    IConfiguredEngine Read(SettingsSection database);
}

/// <summary>One database's engine, configured and not yet in use.</summary>
internal interface IConfiguredEngine
{
    /// <summary>The key that says where the database is, for errors about what is found there.</summary>
    string LocationKey { get; }

    /// <summary>The database's file, with an absolute path; null where it is not a file of this machine.</summary>
    string? DatabaseFile => null;

    /// <summary>How long after a purge has begun a backup may begin at the earliest, by the guide of whoever makes the database; zero: there is no such rule.</summary>
    TimeSpan BackupAfterPurge => TimeSpan.Zero;

    /// <summary>The ports through which the database is maintained; touches nothing.</summary>
    EnginePorts Compose(TimeProvider time);
}

/// <summary>What an engine offers.</summary>
/// <param name="Engine">Dumps.</param>
/// <param name="Purger">Purges; null for an engine that only dumps.</param>
internal sealed record EnginePorts(IDatabaseEngine Engine, IPurger? Purger)
{
    /// <summary>Restores; null for an engine whose backups are put back by other means.</summary>
    public IRestorer? Restorer { get; init; }

    /// <summary>Drills; null for an engine that cannot restore into a place that is thrown away.</summary>
    public IDriller? Driller { get; init; }
}
