namespace CvpActors.Cli.Tests;

public sealed class StatusTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 2, 30, 0, TimeSpan.Zero);
    private static readonly OperationBody OnDemand = new(null, null, null);

    [Fact]
    public void A_row_says_who_holds_the_lock_what_succeeded_and_what_comes_next()
    {
        var database = new DatabaseBody(
            "reporting",
            "connected",
            new LockBody("backup", "backup-12", 95),
            new OperationBody(Now.AddHours(23.5), new RetryBody(0, null), new AttemptBody(Now.AddDays(-1))),
            new OperationBody(Now.AddHours(22), new RetryBody(2, Now.AddMinutes(4)), null),
            [new AlertBody("purge-failed", null), new AlertBody("backup-failed", Now)]);

        var lines = StatusTable.Of([database], Now).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            ["reporting", "connected", "backup-12 1m35s", "24h00m ago", "running", "never", "retry 3 in 4m00s", "purge-failed"],
            lines[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void Where_anything_is_shipped_a_column_says_what_is_at_each_remote()
    {
        var shipping = new DatabaseBody("a", "connected", null, OnDemand, OnDemand, [])
        {
            Shipments =
            [
                new ShipmentBody("dr", 12, "running", 720_000_000, 5_100_000, Now.AddDays(-1), Now.AddMinutes(-5)),
                new ShipmentBody("hq", 11, "verified", 720_000_000, 11_000_000, Now.AddHours(-3), null),
                new ShipmentBody("vault", 12, "failed", 720_000_000, 0, null, Now.AddDays(-4)),
            ],
        };
        var lines = StatusTable.Of([shipping, new DatabaseBody("b", "connected", null, OnDemand, OnDemand, [])], Now).Split(Environment.NewLine);

        Assert.EndsWith("  SHIPPED", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("  dr running (5.1 MB of 720 MB), hq 3h00m ago, vault failed for 4d", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("  nowhere", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell()
    {
        var lines = StatusTable.Of(
            [
                new DatabaseBody("a", "connected", null, OnDemand, OnDemand, []),
                new DatabaseBody("a-longer-name", "unreachable", null, OnDemand, OnDemand, []),
            ],
            Now).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(lines[0].IndexOf("AGENT", StringComparison.Ordinal), lines[1].IndexOf("connected", StringComparison.Ordinal));
        Assert.Equal(lines[0].IndexOf("AGENT", StringComparison.Ordinal), lines[2].IndexOf("unreachable", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_anything_is_drilled_a_column_says_what_is_proven_and_how_long_its_restore_took()
    {
        var drilled = new DatabaseBody("a", "connected", null, OnDemand, OnDemand, [])
        {
            Drill = new DrillBody(null, null),
            LastProven = new ProvenBody(41, "old", Now.AddHours(-3), 61.2, 4096),
        };
        var lines = StatusTable.Of([drilled, new DatabaseBody("b", "connected", null, OnDemand, OnDemand, []) { Shipments = [] }], Now).Split(Environment.NewLine);

        Assert.EndsWith("SHIPPED  PROVEN", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("nowhere  41 3h00m ago, restored in 1m02s", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("nowhere  never", lines[2], StringComparison.Ordinal);
    }
}
