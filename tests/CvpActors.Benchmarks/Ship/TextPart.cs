using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>How many bytes does a text dump cost in which everything has shifted?</summary>
internal static class TextPart
{
    private const double MostShifted = 0.9;
    private const double MostChanged = 0.3;

    public static async Task RunAsync(ShipSite site)
    {
        Machine.Describe("text, before");
        var data = site.Data;
        await data.PrepareTextsAsync();
        using var daemon = await RsyncDaemon.StartAsync(site.NewPlace("rsync"), null);

        // In place, what has moved towards the end is overwritten before it can be copied: text fares better without.
        RsyncPeer[] peers =
        [
            new("rsync, tuned", daemon, null, RsyncPeer.Tuned),
            new("rsync, tuned, not in place", daemon, null, RsyncPeer.Tuned[1..]),
        ];
        Samples shifted = new(), changed = new();
        using (var pair = await site.PairAsync(spare: true))
        {
            await pair.BackUpAsync(data.Text);
            await pair.ShipAsync(data.ShiftedText);
            await pair.TidiedAsync();
            shifted.Add("ours", await pair.ShipAsync(data.ChangedText));
            await ShipSite.CheckAsync(pair, data.ShiftedText);
            await pair.TidiedAsync();
            changed.Add("ours", await pair.ShipAsync(data.Tiny));
            await ShipSite.CheckAsync(pair, data.ChangedText);
        }

        foreach (var peer in peers)
        {
            shifted.Add(peer.Name, await ShipSite.PeerAsync(peer, data.Text, data.ShiftedText));
            changed.Add(peer.Name, await ShipSite.PeerAsync(peer, data.ShiftedText, data.ChangedText));
        }

        Report(shifted, $"text of {Decimal.Megabytes(new FileInfo(data.Text).Length)}, a line put in at its front", MostShifted);
        Report(changed, "the same, and two rows of a thousand changed", MostChanged);
        Machine.Describe("text, after");

        void Report(Samples samples, string title, double most)
        {
            var best = peers.Select(p => p.Name).MinBy(samples.Bytes)!;
            samples.Print(title, best);
            Aim.AtMost($"bytes, to {best}", (double)samples.Bytes("ours") / samples.Bytes(best), most);
        }
    }
}
