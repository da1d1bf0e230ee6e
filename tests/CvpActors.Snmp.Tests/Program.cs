using CvpActors.Snmp.PassPersist;

namespace CvpActors.Snmp.Tests;

/// <summary>Run by a real snmpd from a pass_persist line: serves <see cref="FixedState.Snapshot"/> and nothing else.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["pass-persist"])
        {
            await Console.Error.WriteLineAsync("usage: CvpActors.Snmp.Tests pass-persist");
            return 2;
        }

        var session = new PassPersistSession(_ => Task.FromResult(FixedState.Snapshot), TimeProvider.System);
        await session.RunAsync(Console.In, Console.Out, CancellationToken.None);
        return 0;
    }
}

/// <summary>A cluster's state that tests compare field by field.</summary>
internal static class FixedState
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static MibSnapshot Snapshot { get; } = new(Now, "node-a:4053", 7, 3,
    [
        new DatabaseSnapshot("reporting")
        {
            Lock = LockHolder.Backup,
            LockAge = TimeSpan.FromSeconds(95),
            BackupSuccessAt = Now.AddHours(-10),
            PurgeSuccessAt = Now.AddHours(-11.5),
            ShipmentLag = TimeSpan.FromMinutes(20),
            OpenAlerts = 1,
        },
        new DatabaseSnapshot("archive")
        {
            BackupWindow = new RetryWindowSnapshot(4, Now.AddMinutes(10)),
            OpenAlerts = 2,
        },
    ]);
}
