namespace CvpActors.Snmp.Tests.RealTools;

/// <summary>Against a real snmpd that runs this assembly from a pass_persist line.</summary>
public sealed class SnmpdTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cvp-snmpd-").FullName;
    private readonly int _port = Tool.FreePort();
    private Daemon? _daemon;

    public async Task InitializeAsync()
    {
        var us = Path.Combine(AppContext.BaseDirectory, "CvpActors.Snmp.Tests");
        await File.WriteAllLinesAsync(Path.Combine(_folder, "snmpd.conf"),
        [
            "rwcommunity public",
            $"pass_persist .1.3.6.1.4.1.8072.9999.9999 {us} pass-persist",
        ]);
        _daemon = await Daemon.StartAsync(
            "snmpd", _folder, _port, "-f", "-r", "-Lf", Path.Combine(_folder, "log"), "-I", "pass,pass_persist,vacm_conf,snmp_vars,usmConf",
            $"udp:127.0.0.1:{_port}");
    }

    public async Task DisposeAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Snmpwalk_shows_every_value_under_its_name()
    {
        var lines = await RunAsync("snmpwalk", "CVPACTORS-MIB::cvpActorsMIB");

        string[] expected =
        [
            "cvpaCoordinatorNode.0 = STRING: node-a:4053",
            "cvpaEpoch.0 = Gauge32: 7",
            "cvpaDatabaseCount.0 = Gauge32: 2 databases",
            "cvpaOpenAlerts.0 = Gauge32: 3 alerts",
            "cvpaDatabaseName.'archive' = STRING: archive",
            "cvpaDatabaseName.'reporting' = STRING: reporting",
            "cvpaLockOperation.'archive' = INTEGER: none(1)",
            "cvpaLockOperation.'reporting' = INTEGER: backup(2)",
            "cvpaLockAge.'archive' = Gauge32: 0 seconds",
            "cvpaLockAge.'reporting' = Gauge32: 95 seconds",
            "cvpaBackupSuccessAt.'archive' = STRING: 0-0-0,0:0:0.0",
            "cvpaBackupSuccessAt.'reporting' = STRING: 2026-3-1,2:0:0.0,+0:0",
            "cvpaBackupSuccessAge.'archive' = Gauge32: 4294967295 seconds",
            "cvpaBackupSuccessAge.'reporting' = Gauge32: 36000 seconds",
            "cvpaPurgeSuccessAt.'archive' = STRING: 0-0-0,0:0:0.0",
            "cvpaPurgeSuccessAt.'reporting' = STRING: 2026-3-1,0:30:0.0,+0:0",
            "cvpaPurgeSuccessAge.'archive' = Gauge32: 4294967295 seconds",
            "cvpaPurgeSuccessAge.'reporting' = Gauge32: 41400 seconds",
            "cvpaBackupWindow.'archive' = INTEGER: open(2)",
            "cvpaBackupWindow.'reporting' = INTEGER: closed(1)",
            "cvpaBackupRetries.'archive' = Gauge32: 4 retries",
            "cvpaBackupRetries.'reporting' = Gauge32: 0 retries",
            "cvpaBackupNextAttemptAt.'archive' = STRING: 2026-3-1,12:10:0.0,+0:0",
            "cvpaBackupNextAttemptAt.'reporting' = STRING: 0-0-0,0:0:0.0",
            "cvpaPurgeWindow.'archive' = INTEGER: closed(1)",
            "cvpaPurgeWindow.'reporting' = INTEGER: closed(1)",
            "cvpaPurgeRetries.'archive' = Gauge32: 0 retries",
            "cvpaPurgeRetries.'reporting' = Gauge32: 0 retries",
            "cvpaPurgeNextAttemptAt.'archive' = STRING: 0-0-0,0:0:0.0",
            "cvpaPurgeNextAttemptAt.'reporting' = STRING: 0-0-0,0:0:0.0",
            "cvpaShipmentLag.'archive' = Gauge32: 0 seconds",
            "cvpaShipmentLag.'reporting' = Gauge32: 1200 seconds",
            "cvpaDatabaseOpenAlerts.'archive' = Gauge32: 2 alerts",
            "cvpaDatabaseOpenAlerts.'reporting' = Gauge32: 1 alerts",
        ];

        // Nothing else is served by this snmpd, so the walk runs into the end of everything and says so.
        Assert.EndsWith("No more variables left in this MIB View (It is past the end of the MIB tree)", lines[^1], StringComparison.Ordinal);
        Assert.Equal(expected.Select(line => "CVPACTORS-MIB::" + line), lines[..^1]);
    }

    [Fact]
    public async Task Snmptable_shows_a_row_for_each_database()
    {
        var lines = await RunAsync("snmptable", "-Cf", "|", "CVPACTORS-MIB::cvpaDatabaseTable");

        Assert.Equal("SNMP table: CVPACTORS-MIB::cvpaDatabaseTable", lines[0]);
        var header = lines[1].Split('|');
        Assert.Equal(("cvpaDatabaseName", "cvpaDatabaseOpenAlerts", 15), (header[0], header[^1], header.Length));
        Assert.Equal(["archive", "none", "0 seconds"], lines[2].Split('|').Take(3));
        Assert.Equal(["reporting", "backup", "95 seconds"], lines[3].Split('|').Take(3));
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Snmpset_is_told_that_nothing_can_be_written()
    {
        var (exit, _, errors) = await Tool.RunAsync(
            "snmpset", ["-v2c", "-cpublic", $"127.0.0.1:{_port}", "CVPACTORS-MIB::cvpaEpoch.0", "u", "9"], Environment());

        Assert.Equal(2, exit);
        Assert.Contains("notWritable", errors, StringComparison.Ordinal);
    }

    private async Task<string[]> RunAsync(string tool, params string[] last)
    {
        string[] arguments = ["-v2c", "-cpublic", "-r1", "-t10", .. last[..^1], $"127.0.0.1:{_port}", last[^1]];
        var (exit, output, errors) = await Tool.RunAsync(tool, arguments, Environment());
        Assert.True(exit == 0, $"{tool}: {errors}{output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private Dictionary<string, string> Environment() => BaseMibs.Environment(_folder);
}
