using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Postgres.Tests;

[Collection(ServerCollection.Name)]
public sealed class DumpRestorerContract(ServerFixture server) : RestorerContract
{
    private readonly SampleServerDatabase _database = server.Create(SampleServerDatabase.Calls);

    protected override IRestorer Create(string directory) => new DumpRestorer(_database.Options(), TimeProvider.System);

    protected override Task BackUpAsync(string directory, string backup) => new PostgresEngine(_database.Options()).DumpAsync(backup, TestRun.Create(), CancellationToken.None);

    protected override void Change(string directory) => _database.Execute("DELETE FROM call WHERE id % 2 = 0; UPDATE first SET n = n + 1");

    protected override string ContentOf(string directory, string target) => (target == RestoreOrder.Live ? _database : server.At(target)).Scalar<string>(
        "SELECT (SELECT n FROM first) || ' ' || (SELECT n FROM second) || ' ' || md5(string_agg(c::text, E'\n' ORDER BY id)) FROM call c");

    protected override bool IsThere(string directory, string target) =>
        target == RestoreOrder.Live || _database.Scalar<bool>($"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{target}')");
}
