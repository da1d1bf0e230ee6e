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
}
