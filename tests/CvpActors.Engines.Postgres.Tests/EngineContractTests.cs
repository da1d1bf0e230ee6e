using CvpActors.Domain.Ports;
using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Postgres.Tests;

[Collection(ServerCollection.Name)]
public sealed class DumpContract(ServerFixture server) : DatabaseEngineContract
{
    protected override IDatabaseEngine Create(string directory) => new PostgresEngine(server.Create(SampleServerDatabase.Calls).Options());
}

/// <summary>On a server of its own, which is small.</summary>
public sealed class BaseBackupContract(ServerFixture server) : DatabaseEngineContract, IClassFixture<ServerFixture>
{
    protected override IDatabaseEngine Create(string directory) => new PostgresEngine(server.Create(SampleServerDatabase.Calls).Options(BackupMethod.BaseBackup));
}
