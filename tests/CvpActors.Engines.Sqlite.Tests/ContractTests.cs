using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Sqlite.Tests;

public sealed class SqliteEngineContractTests : DatabaseEngineContract
{
    protected override IDatabaseEngine Create(string directory)
    {
        var path = Path.Combine(directory, "reporting.db");
        return new SqliteEngine(new SqliteOptions(File.Exists(path) ? path : SampleDatabase.Create(path)));
    }
}

public sealed class SqlitePurgerContractTests : PurgerContract, IDisposable
{
    private readonly PurgeFixture _purge = new();

    public SqlitePurgerContractTests() => _purge.Calls();

    protected override IPurger Purger => new SqlitePurger(new SqliteOptions(_purge.Database), _purge.Time);

    protected override PurgePlan Plan => PurgeFixture.Plan(PurgeFixture.Category("call"));

    protected override long OldRows =>
        SampleDatabase.Scalar<long>(_purge.Database, $"SELECT count(*) FROM call WHERE startdatetime < {_purge.Cutoff.ToUnixTimeSeconds()}");

    public void Dispose() => _purge.Dispose();
}
