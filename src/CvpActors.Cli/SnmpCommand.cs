using System.CommandLine;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.PassPersist;

namespace CvpActors.Cli;

/// <summary><c>cvpctl snmp pass-persist</c>: serves the state to net-snmp's snmpd, which starts it and keeps it running.</summary>
internal static class SnmpCommand
{
    public static Command Create()
    {
        var url = NodeOption.Create();
        var baseOid = new Option<string?>("--base-oid") { Description = "Where CVPACTORS-MIB is rooted; as in snmpd.conf. Without it: the module's own root." };
        var pass = new Command("pass-persist", "Answers snmpd on standard input and output: pass_persist OID cvpctl snmp pass-persist") { url, baseOid };
        pass.SetAction((parsed, cancellation) => ServeAsync(parsed.GetRequiredValue(url), parsed.GetValue(baseOid), cancellation));
        return new Command("snmp", "SNMP polling.") { pass };
    }

    private static async Task<int> ServeAsync(Uri url, string? baseOid, CancellationToken cancellation)
    {
        ObjectIdentifier? root = null;
        if (baseOid is not null && !ObjectIdentifier.TryParse(baseOid, out root))
        {
            await Console.Error.WriteLineAsync($"cvpctl: --base-oid: \"{baseOid}\" is not an object identifier; allowed: such as .1.3.6.1.4.1.8072.9999.9999");
            return ExitCodes.Unreachable;
        }

        using var node = new NodeClient(url);
        var session = new PassPersistSession(async stop =>
        {
            try
            {
                return Snapshots.Of(await node.ClusterAsync(stop), await node.DatabasesAsync(stop), TimeProvider.System.GetUtcNow());
            }
            catch (NodeUnreachableException e)
            {
                // snmpd puts this into its own log; the session answers that there is nothing.
                await Console.Error.WriteLineAsync($"cvpctl: {e.Message}");
                throw;
            }
        }, TimeProvider.System, root);
        await session.RunAsync(Console.In, Console.Out, cancellation);
        return ExitCodes.Ok;
    }
}
