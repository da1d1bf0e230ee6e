using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Snmp.Tests.RealTools;

namespace CvpActors.EndToEnd.Tests.Alerting;

public sealed class PollingTests
{
    [Fact]
    public async Task The_state_is_polled_through_a_real_snmpd_and_shown_as_a_table()
    {
        await using var site = new Site();
        site.Database.Create((3, 60));
        var api = (await site.StartAsync()).Api;
        await api.RunAsync("backup");
        await api.RunAsync("purge");
        var folder = Directory.CreateDirectory(site.In("snmpd")).FullName;
        var port = Tool.FreePort();
        await File.WriteAllLinesAsync(Path.Combine(folder, "snmpd.conf"),
        [
            "rocommunity public",
            $"pass_persist .1.3.6.1.4.1.8072.9999.9999 {Cvpctl.Program} snmp pass-persist --url {api.Http.BaseAddress}",
        ]);
        await using var snmpd = await Daemon.StartAsync("snmpd", folder, port,
            "-f", "-r", "-Lf", Path.Combine(folder, "log"), "-I", "pass,pass_persist,vacm_conf,snmp_vars,usmConf", $"udp:127.0.0.1:{port}");

        var walk = await RunAsync("snmpwalk", folder, port, "CVPACTORS-MIB::cvpActorsMIB");
        var table = await RunAsync("snmptable", folder, port, "CVPACTORS-MIB::cvpaDatabaseTable");

        Assert.Contains("CVPACTORS-MIB::cvpaDatabaseCount.0 = Gauge32: 1 databases", walk, StringComparison.Ordinal);
        Assert.Contains("CVPACTORS-MIB::cvpaEpoch.0 = Gauge32: 1", walk, StringComparison.Ordinal);
        Assert.Contains("CVPACTORS-MIB::cvpaLockOperation.'reporting' = INTEGER: none(1)", walk, StringComparison.Ordinal);
        Assert.DoesNotContain("cvpaBackupSuccessAge.'reporting' = Gauge32: 4294967295", walk, StringComparison.Ordinal);
        Assert.DoesNotContain("cvpaPurgeSuccessAge.'reporting' = Gauge32: 4294967295", walk, StringComparison.Ordinal);
        Assert.Contains("cvpaDatabaseName", table, StringComparison.Ordinal);
        Assert.Contains("reporting", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cvpctl_status_shows_each_database_and_tells_scripts_by_its_exit_code()
    {
        await using var site = AlertingSite.Create();
        using var writer = site.Database.HoldWriteLock();
        var node = await site.StartAsync();

        var (well, wellOutput, _) = await Cvpctl.RunAsync(site.Root, "status", "--url", node.Api.Http.BaseAddress!.ToString());
        await node.Api.FirstAlertAsync();
        var (alerted, alertedOutput, _) = await Cvpctl.RunAsync(site.Root, "status", "--url", node.Api.Http.BaseAddress!.ToString());
        var address = node.Api.Http.BaseAddress!.ToString();
        await node.KillAsync();
        var (unreachable, _, errors) = await Cvpctl.RunAsync(site.Root, "status", "--url", address);

        Assert.Equal((0, 1, 2), (well, alerted, unreachable));
        Assert.Contains("reporting", wellOutput, StringComparison.Ordinal);
        Assert.Contains("purge-failed", alertedOutput, StringComparison.Ordinal);
        Assert.StartsWith($"cvpctl: no node of CvpActors answers at {address}", errors, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string tool, string folder, int port, string name)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(tool, ["-v2c", "-cpublic", "-t", "10", $"127.0.0.1:{port}", name], BaseMibs.Environment(folder));
        Assert.True(exitCode == 0, $"{tool}: {exitCode} {errors} {output}");
        return output;
    }
}
