using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>How soon, and with how many bytes, is the next night at the remote?</summary>
internal static class NightPart
{
    private const string WithSpare = "ours, with a spare";
    private const string WithoutSpare = "ours, without a spare";
    private const double MostMegabytes = 12;
    private const double MostWithSpare = 0.45;
    private const double MostWithoutSpare = 0.9;
    private const double MostOnLink = 0.25;
    private const int LinkMegabits = 100;

    /// <summary>Over loopback, with files in memory and with none there.</summary>
    public static async Task RunAsync(ShipSite site)
    {
        Machine.Describe("next night, before");
        using var daemon = await RsyncDaemon.StartAsync(site.NewPlace("rsync"), null);
        var repositories = site.NewPlace("repositories");
        IShipPeer[] verifying =
        [
            new RsyncPeer("rsync", daemon, null),
            new RsyncPeer("rsync, tuned", daemon, null, RsyncPeer.Tuned),
            RepositoryPeer.Restic(repositories),
            RepositoryPeer.Borg(repositories),
        ];
        IShipPeer floor = new CopyPeer(repositories);
        var (warm, cold) = (new Samples(), new Samples());
        for (var round = 1; round <= site.Rounds; round++)
        {
            Console.WriteLine($"round {round}, files in memory");
            await MeasureAsync(warm, null, [.. verifying, floor]);
            warm.Add(WithoutSpare, await site.NextNightAsync(spare: false));
            Console.WriteLine($"round {round}, nothing in memory");
            await MeasureAsync(cold, Disk.ForgetAsync, [verifying[0], verifying[1], floor]);
        }

        var fastest = verifying.Select(p => p.Name).MinBy(warm.Time)!;
        warm.Print($"next night, loopback, median of {site.Rounds}", fastest);
        Aim.AtMost("bytes of the next night, in MB", warm.Bytes(WithSpare) / 1e6, MostMegabytes);
        Aim.AtMost($"time with a spare, to {fastest}", warm.Time(WithSpare) / warm.Time(fastest), MostWithSpare);
        Aim.AtMost($"time without a spare, to {fastest}", warm.Time(WithoutSpare) / warm.Time(fastest), MostWithoutSpare);
        var fastestCold = verifying[..2].Select(p => p.Name).MinBy(cold.Time)!;
        cold.Print($"the same with nothing in memory, median of {site.Rounds}", fastestCold);
        Machine.Describe("next night, after");

        async Task MeasureAsync(Samples samples, Func<Task>? settle, IShipPeer[] peers)
        {
            samples.Add(WithSpare, await site.NextNightAsync(spare: true, before: settle));
            foreach (var peer in peers)
            {
                samples.Add(peer.Name, await ShipSite.PeerAsync(peer, site.Data.FirstNight, site.Data.NextNight, settle));
            }
        }
    }

    /// <summary>Over a slow link.</summary>
    public static async Task RunOnLinkAsync(ShipSite site)
    {
        Machine.Describe("slow link, before");
        using var link = await ShapedLink.CreateAsync(LinkMegabits);
        using var daemon = await RsyncDaemon.StartAsync(site.NewPlace("rsync"), link);
        var tuned = new RsyncPeer("rsync, tuned", daemon, link, RsyncPeer.Tuned);
        var plain = new RsyncPeer("rsync", daemon, link);
        var samples = new Samples();
        for (var round = 1; round <= site.Rounds; round++)
        {
            Console.WriteLine($"round {round}, {link.Megabits} Mbit/s");
            samples.Add(WithSpare + ", over TLS", await site.NextNightAsync(spare: true, link));
            foreach (var peer in new[] { tuned, plain })
            {
                samples.Add(peer.Name, await ShipSite.PeerAsync(peer, site.Data.FirstNight, site.Data.NextNight));
            }
        }

        samples.Print($"next night, {link.Megabits} Mbit/s, median of {site.Rounds}", tuned.Name);
        Aim.AtMost("time with a spare, to tuned rsync", samples.Time(WithSpare + ", over TLS") / samples.Time(tuned.Name), MostOnLink);
        Machine.Describe("slow link, after");
    }
}
