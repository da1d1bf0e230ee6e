using System.Diagnostics;

namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>
/// A network of its own for each node, all at one switch, where the tests and PostgreSQL are reached as well. Cables can be pulled, and one
/// node can be kept from sending to another. Needs root.
/// </summary>
internal sealed class Network : IDisposable
{
    private const int Router = 254;
    private static int _networks;

    private readonly string _id = $"{Environment.ProcessId % 10_000}{Interlocked.Increment(ref _networks)}";
    private readonly int _size;
    private readonly int _subnet = 1 + ((Environment.ProcessId + _networks) % 250);

    public Network(int size)
    {
        _size = size;
        Ip($"link add {Switch} type bridge");
        Ip($"addr add {Address(Router)}/24 dev {Switch}");
        Ip($"link set {Switch} up");
        for (var node = 1; node <= size; node++)
        {
            Ip($"netns add {Space(node)}");
            Ip($"link add {Cable(node)} type veth peer name eth0 netns {Space(node)}");
            Ip($"link set {Cable(node)} master {Switch} up");
            Ip($"-n {Space(node)} addr add {Address(node)}/24 dev eth0");
            Ip($"-n {Space(node)} link set lo up");
            Ip($"-n {Space(node)} link set eth0 up");
        }
    }

    /// <summary>The network, as address and length.</summary>
    public string Range => $"{Address(0)}/24";

    /// <summary>Where nodes reach this machine's services.</summary>
    public string Host => Address(Router);

    private string Switch => $"cvs{_id}";

    public string Address(int node) => $"10.77.{_subnet}.{node}";

    /// <summary>What starts a program in the network of a node.</summary>
    public string[] Launcher(int node) => ["ip", "netns", "exec", Space(node)];

    /// <summary>Pulls the node's cable: nobody reaches it, and it reaches nobody.</summary>
    public void Cut(int node) => Ip($"link set {Cable(node)} down");

    public void Mend(int node) => Ip($"link set {Cable(node)} up");

    /// <summary>Whatever one node sends to another is lost; the other direction works.</summary>
    public void Lose(int from, int to) => Ip($"-n {Space(from)} route replace blackhole {Address(to)}/32");

    public void Deliver(int from, int to) => Ip($"-n {Space(from)} route del blackhole {Address(to)}/32", mayFail: true);

    public void Dispose()
    {
        for (var node = 1; node <= _size; node++)
        {
            Ip($"netns del {Space(node)}", mayFail: true);
        }

        Ip($"link del {Switch}", mayFail: true);
    }

    private static void Ip(string arguments, bool mayFail = false)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(mayFail || process.ExitCode == 0, $"ip {arguments}: {error}");
    }

    private string Space(int node) => $"cvn{_id}-{node}";

    private string Cable(int node) => $"cvc{_id}-{node}";
}
