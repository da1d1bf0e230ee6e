namespace CvpActors.Snmp.Tests.RealTools;

/// <summary>Where the modules are that CVPACTORS-MIB imports: the machine's own where there are any, else the stand-ins.</summary>
internal static class BaseMibs
{
    private static readonly string[] Installed = ["/usr/share/snmp/mibs/ietf", "/var/lib/mibs/ietf", "/usr/share/mibs/ietf"];

    public static string Folder { get; } = Installed.FirstOrDefault(
        folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "SNMPv2-SMI*").Any())
        ?? Path.Combine(AppContext.BaseDirectory, "base-mibs");

    public static string Ours { get; } = Path.Combine(AppContext.BaseDirectory, "mibs");

    /// <summary>The environment in which net-snmp's programs know our module and nothing of the machine's settings.</summary>
    public static Dictionary<string, string> Environment(string folder) => new()
    {
        ["MIBDIRS"] = $"{Folder}:{Ours}",
        ["MIBS"] = "CVPACTORS-MIB",
        ["SNMPCONFPATH"] = folder,
        ["SNMP_PERSISTENT_DIR"] = Path.Combine(folder, "client"),
        ["SMIPATH"] = Folder,
    };
}
