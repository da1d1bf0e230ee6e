using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>What does a first copy take, of which the remote has nothing yet?</summary>
internal static class FirstPart
{
    private const string Raw = "rsync";
    private const string Compressed = "rsync -z";
    private const int LinkMegabits = 1000;
    private const double MostBytes = 0.4;
    private const double MostOnLoopback = 1.6;

    public static async Task RunAsync(ShipSite site)
    {
        Machine.Describe("first copy, before");
        var size = new FileInfo(site.Data.FirstNight).Length;
        var loopback = await MeasureAsync(site, null);
        loopback.Print($"first copy, loopback, median of {site.Rounds}", Raw);
        Aim.AtMost("bytes, to the file's", (double)loopback.Bytes("ours") / size, MostBytes);
        Aim.AtMost("time on loopback, to raw rsync", loopback.Time("ours") / loopback.Time(Raw), MostOnLoopback);
        using var link = await ShapedLink.CreateAsync(LinkMegabits);
        var fast = await MeasureAsync(site, link);
        fast.Print($"first copy, {LinkMegabits} Mbit/s, median of {site.Rounds}", Raw);
        Aim.AtMost("time at 1 Gbit/s, to raw rsync", fast.Time("ours, over TLS") / fast.Time(Raw), 1);
        Aim.AtMost("time at 1 Gbit/s, to rsync -z", fast.Time("ours, over TLS") / fast.Time(Compressed), 1);
        Machine.Describe("first copy, after");
    }

    private static async Task<Samples> MeasureAsync(ShipSite site, ShapedLink? link)
    {
        using var daemon = await RsyncDaemon.StartAsync(site.NewPlace("rsync"), link);
        List<IShipPeer> peers = [new RsyncPeer(Raw, daemon, link), new RsyncPeer(Compressed, daemon, link, "-z")];
        if (link is null)
        {
            peers.Add(new CopyPeer(site.NewPlace("copy")));
        }

        var samples = new Samples();
        for (var round = 1; round <= site.Rounds; round++)
        {
            Console.WriteLine($"round {round}, {(link is null ? "loopback" : $"{link.Megabits} Mbit/s")}");
            samples.Add(link is null ? "ours" : "ours, over TLS", await site.FirstCopyAsync(link));
            foreach (var peer in peers)
            {
                samples.Add(peer.Name, await ShipSite.PeerAsync(peer, null, site.Data.FirstNight));
            }
        }

        return samples;
    }
}
