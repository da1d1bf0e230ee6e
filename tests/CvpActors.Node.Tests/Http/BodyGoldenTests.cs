using System.Runtime.CompilerServices;
using System.Text.Json;
using CvpActors.Node.Http;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Tests.Http;

/// <summary>
/// The bodies of the HTTP contract, byte for byte. Scripts read them: a property may be added, none changed. For a new body, run once with
/// the variable WRITE_GOLDEN_FILES set and commit what appears.
/// </summary>
public sealed class BodyGoldenTests
{
    public static TheoryData<string> Names => [.. Bodies.Keys];

    private static Dictionary<string, object> Bodies => new()
    {
        ["database"] = DatabaseBody.Of(WireSamples.Full),
        ["database-bare"] = DatabaseBody.Of(WireSamples.Bare),
        ["database-shipments"] = DatabaseBody.Of(WireSamples.Shipping),
        ["database-drill"] = DatabaseBody.Of(WireSamples.Drilled),
        ["drill-accepted"] = new AcceptedDrillBody("drill-8"),
        ["shipments-requested"] = RequestedShipmentsBody.Of(WireSamples.Requested),
        ["attempts"] = new[] { WireSamples.Succeeded, WireSamples.Running, WireSamples.Blocked, WireSamples.Late }.Select(AttemptBody.Of).ToArray(),
        ["restored"] = AttemptBody.Of(WireSamples.Restored),
        ["restore-plan"] = RestorePlanBody.Of("reporting", WireSamples.RestorePlan),
        ["restore-accepted"] = new AcceptedRestoreBody("restore-9", 9, "/srv/reporting.db.restored-12"),
        ["alerts"] = new[] { AlertBody.Of(WireSamples.Alert) },
        ["alert-test"] = AlertTestBody.Of(WireSamples.Test),
        ["holder"] = HolderBody.Of(WireSamples.Holder)!,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_body_is_what_scripts_have_read_so_far(string name)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        BridgeJson.Configure(options);
        var body = JsonSerializer.Serialize(Bodies[name], options);
        var file = Path.Combine(Folder(), $"{name}.golden.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("WRITE_GOLDEN_FILES") is not null)
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, body + "\n");
        }

        Assert.Equal(File.ReadAllText(file).TrimEnd(), body);
    }

    private static string Folder([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Golden");
}
