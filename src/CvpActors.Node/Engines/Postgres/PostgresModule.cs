using CvpActors.Engines.Postgres;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Engines.Postgres;

/// <summary><c>engine = postgres</c>.</summary>
internal sealed class PostgresModule : IEngineModule
{
    private static readonly TimeSpan FarthestAhead = TimeSpan.FromDays(400);

    public string Name => PostgresEngine.EngineName;

    public IConfiguredEngine Read(SettingsSection database)
    {
        var section = database.Section(Name);
        var text = section.OptionalText("connection-string");
        var service = section.OptionalText("service");
        var serviceFile = section.OptionalText("service-file");
        var password = SecretReader.Read(section, "password");
        var passfile = section.OptionalText("passfile");
        var method = section.OneOf("method", BackupMethod.Dump, ("dump", BackupMethod.Dump), ("basebackup", BackupMethod.BaseBackup));
        var binDirectory = section.OptionalText("bin-directory");
        var lockTimeout = section.Duration("lock-timeout", PostgresOptions.DefaultLockTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(4));
        var spreads = section.OneOf("checkpoint", false, ("fast", false), ("spread", true));
        var ahead = section.Duration("partitions-ahead", TimeSpan.Zero, TimeSpan.Zero, FarthestAhead);
        section.RefuseUnknownKeys();
        if (text is null == service is null)
        {
            throw new SettingsException(section.KeyPath("connection-string"), text is null ? "is missing; allowed: it, or service and service-file" : "stands beside service; allowed: one of the two");
        }

        if (passfile is not null && !File.Exists(passfile))
        {
            throw new SettingsException(section.KeyPath("passfile"), $"{passfile} is not there; allowed: a file in the form of .pgpass that this user may read");
        }

        if (binDirectory is not null && !Directory.Exists(binDirectory))
        {
            throw new SettingsException(section.KeyPath("bin-directory"), $"{binDirectory} is not there; allowed: the folder with pg_dump, pg_restore and pg_basebackup");
        }

        var key = text is not null ? "connection-string" : "service";
        try
        {
            var read = text is not null ? new PostgresOptions(text, password, Full(passfile)) : ServiceFile.Read(FileOf(section, serviceFile), service!, password, Full(passfile));
            return new ConfiguredPostgres(section.KeyPath(key), read.With(method, Full(binDirectory), lockTimeout, spreads, ahead));
        }
        catch (ArgumentException e)
        {
            throw new SettingsException(section.KeyPath(key), e.Message);
        }
    }

    private static string FileOf(SettingsSection section, string? configured) =>
        configured ?? Environment.GetEnvironmentVariable("PGSERVICEFILE")
        ?? throw new SettingsException(section.KeyPath("service-file"), "is missing, and PGSERVICEFILE is not set; allowed: the file that has the service");

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}

/// <summary>A PostgreSQL database.</summary>
internal sealed record ConfiguredPostgres(string LocationKey, PostgresOptions Options) : IConfiguredEngine
{
    public EnginePorts Compose(TimeProvider time) => new(new PostgresEngine(Options), new PostgresPurger(Options, time))
    {
        Restorer = Options.Method == BackupMethod.Dump ? new DumpRestorer(Options, time) : new BaseBackupRestorer(),
        Driller = new PostgresDriller(Options, time),
    };
}
