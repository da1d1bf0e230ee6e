using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>
/// Two networks of their own and a cable between them that carries so much and no more, each way. This machine reaches both over cables of
/// their own, so that asking takes nothing from it. Needs root; removed when disposed.
/// </summary>
internal sealed class ShapedLink : IDisposable
{
    private static int _links;

    private readonly string _id = $"{Environment.ProcessId % 100_000}{(char)('a' + (Interlocked.Increment(ref _links) % 26))}";
    private readonly int _subnet = 1 + ((Environment.ProcessId + _links) % 250);

    private ShapedLink(int megabits)
    {
        Megabits = megabits;

        // Ctrl-C and SIGTERM end a benchmark without disposing of anything.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    public int Megabits { get; }

    /// <exception cref="MeasurementException">This needs root, or tc and ip.</exception>
    public static async Task<ShapedLink> CreateAsync(int megabits)
    {
        var link = new ShapedLink(megabits);
        try
        {
            await IpAsync("netns", "add", link.Space(1));
            await IpAsync("netns", "add", link.Space(2));
            await IpAsync("link", "add", "shaped", "netns", link.Space(1), "type", "veth", "peer", "name", "shaped", "netns", link.Space(2));
            foreach (var side in new[] { 1, 2 })
            {
                var space = link.Space(side);
                await IpAsync("link", "add", link.Cable(side), "type", "veth", "peer", "name", "control", "netns", space);
                await IpAsync("addr", "add", $"{link.Control(side, 1)}/30", "dev", link.Cable(side));
                await IpAsync("link", "set", link.Cable(side), "up");
                await IpAsync("-n", space, "addr", "add", $"{link.Control(side, 2)}/30", "dev", "control");
                await IpAsync("-n", space, "addr", "add", $"{link.Address(side)}/24", "dev", "shaped");
                foreach (var device in new[] { "lo", "control", "shaped" })
                {
                    await IpAsync("-n", space, "link", "set", device, "up");
                }

                // A bucket of 4 ms holds a whole segment of 64 KiB; what waits for more than 50 ms is dropped, as at a router.
                await Tool.RunAsync("tc", "-n", space, "qdisc", "add", "dev", "shaped", "root", "tbf",
                    "rate", $"{megabits}mbit", "burst", $"{Math.Max(128, megabits / 2)}kb", "latency", "50ms");
            }

            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>The address of a side (1 or 2) on the shaped cable.</summary>
    public string Address(int side) => $"10.91.{_subnet}.{side}";

    /// <summary>Where this program reaches a side.</summary>
    public string Reached(int side) => Control(side, 2);

    /// <summary>What starts a program on a side.</summary>
    public string[] Launcher(int side) => ["ip", "netns", "exec", Space(side)];

    public void Dispose()
    {
        foreach (var side in new[] { 1, 2 })
        {
            if (Directory.Exists($"/sys/class/net/{Cable(side)}"))
            {
                Try("link", "del", Cable(side));
            }

            if (File.Exists($"/run/netns/{Space(side)}"))
            {
                Try("netns", "del", Space(side));
            }
        }
    }

    private static void Try(params string[] arguments)
    {
        try
        {
            IpAsync(arguments).GetAwaiter().GetResult();
        }
        catch (MeasurementException cause)
        {
            Console.Error.WriteLine(cause.Message);
        }
    }

    private static Task<ToolRun> IpAsync(params string[] arguments) => Tool.RunAsync("ip", arguments);

    private string Control(int side, int end) => $"10.92.{_subnet}.{(side * 4) + end}";

    private string Space(int side) => $"cvb{_id}-{side}";

    private string Cable(int side) => $"cvb{_id}{side}";
}
