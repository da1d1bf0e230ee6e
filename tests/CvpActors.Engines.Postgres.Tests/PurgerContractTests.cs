using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Postgres.Tests;

[Collection(ServerCollection.Name)]
public sealed class PlainTablePurgerContract(ServerFixture server) : PurgerContract
{
    private readonly SampleServerDatabase _database = server.Create(Purging.ParentAndChild);

    protected override IPurger Purger => _database.Purger();

    protected override PurgePlan Plan { get; } = Purging.ParentAndChildPlan;

    protected override long OldRows => _database.Scalar<long>(
        "SELECT (SELECT count(*) FROM call WHERE at < '2026-05-31 12:00+00') + (SELECT count(*) FROM callevent WHERE at < '2026-05-31 12:00+00')");
}

[Collection(ServerCollection.Name)]
public sealed class PartitionedTablePurgerContract(ServerFixture server) : PurgerContract
{
    private readonly SampleServerDatabase _database = server.Create(PartitionTests.Partitioned);

    protected override IPurger Purger => _database.Purger();

    protected override PurgePlan Plan { get; } = Purging.Plan(Purging.Category("event"));

    protected override long OldRows => _database.Scalar<long>("SELECT count(*) FROM event WHERE at < '2026-05-31 12:00+00'");
}
