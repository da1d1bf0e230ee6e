using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>The contract of an engine, kept against the stand-in.</summary>
public sealed class InformixEngineContract : DatabaseEngineContract, IDisposable
{
    private readonly StandInServer _server = new();

    protected override IDatabaseEngine Create(string directory) => new InformixEngine(_server.Options, TimeProvider.System);

    void IDisposable.Dispose()
    {
        _server.Dispose();
        base.Dispose();
    }
}

/// <summary>The contract of a purger, of a table that is not fragmented.</summary>
public sealed class InformixPlainPurgerContract : PurgerContract, IDisposable
{
    private readonly StandInServer _server = new();
    private readonly ReportingTables _tables;

    public InformixPlainPurgerContract() => _tables = new ReportingTables(_server).Plain("call").Rows("call", 40, 5).Rows("call", 1, 2);

    protected override IPurger Purger => new InformixPurger(_server.Options, TimeProvider.System);

    protected override PurgePlan Plan => ReportingTables.Plan(ReportingTables.Category("call", 30));

    protected override long OldRows => _tables.Count("call", $"callstartdate < '{ReportingTables.Today.AddDays(-30):yyyy-MM-dd}'");

    public void Dispose() => _server.Dispose();
}

/// <summary>The contract of a purger, of a table with a fragment a day.</summary>
public sealed class InformixFragmentPurgerContract : PurgerContract, IDisposable
{
    private readonly StandInServer _server = new();
    private readonly ReportingTables _tables;

    public InformixFragmentPurgerContract() => _tables = new ReportingTables(_server).Fragmented("call", 33).Rows("call", 33, 2).Rows("call", 31, 2).Rows("call", 1, 2);

    protected override IPurger Purger => new InformixPurger(_server.Options, TimeProvider.System);

    protected override PurgePlan Plan => ReportingTables.Plan(ReportingTables.Category("call", 30));

    protected override long OldRows => _tables.Count("call", $"callstartdate < '{ReportingTables.Today.AddDays(-30):yyyy-MM-dd}'");

    public void Dispose() => _server.Dispose();
}
