using System.Diagnostics;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>A CA and certificates of nodes, made by the product's own script.</summary>
internal static class TestCertificates
{
    /// <summary>Makes <c>ca.crt</c>, and a <c>.crt</c> and <c>.key</c> for each name.</summary>
    /// <param name="folder">Where they go.</param>
    /// <param name="names">The nodes' names or addresses.</param>
    /// <param name="environment">What the script finds in its environment besides.</param>
    public static void Make(string folder, IEnumerable<string> names, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var script = Path.Combine(NodeProcess.Directory, "..", "..", "..", "..", "..", "docker", "make-certificates.sh");
        var start = new ProcessStartInfo("bash", [script, folder, .. names]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
