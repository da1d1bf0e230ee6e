using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>What do thirty nights take on the remote's disk, and how soon is the oldest of them a plain file again?</summary>
internal static class ThirtyPart
{
    private const int Nights = 30;
    private const double MostWithoutSpare = 1.5;
    private const double MostWithSpare = 2.5;
    private const double MostToRestore = 3;

    public static async Task RunAsync(ShipSite site, int megabytes)
    {
        Machine.Describe("thirty nights, before");
        var place = site.NewPlace("nights");
        var (night, first) = (Path.Combine(place, "night.db"), Path.Combine(place, "first.db"));
        using var calls = new ScatteredCalls(Path.Combine(place, "live.db"), megabytes);
        using var pair = await site.PairAsync(spare: true);
        calls.BackUp(night);
        File.Copy(night, first);
        await pair.BackUpAsync(night);
        var arrived = new List<Shipping>();
        for (var passed = 1; passed <= Nights; passed++)
        {
            calls.PassNight();
            calls.BackUp(night);
            arrived.Add(await pair.ShipAsync(night));
            await pair.TidiedAsync();
        }

        // The last one, which is old now, is as large as any other.
        var size = new FileInfo(first).Length;
        var withSpare = await Disk.UsedAsync(pair.Vault);
        await pair.RestartRemoteAsync(spare: false);
        await pair.TidiedAsync();
        var withoutSpare = await Disk.UsedAsync(pair.Vault);
        List<TimeSpan> restored = [], copied = [];
        for (var round = 1; round <= site.Rounds; round++)
        {
            restored.Add(await RestoreAsync(pair, 1, Path.Combine(place, "restored")));
            await Tool.RunAsync("cmp", first, Path.Combine(place, "restored"));
            copied.Add((await ShipSite.PeerAsync(new CopyPeer(place), null, first)).Elapsed);
        }

        var table = new Table($"{Nights} nights of {Decimal.Megabytes(size)}", "value", "ratio");
        table.Add("kept, with a spare", Decimal.Megabytes(withSpare), Figures.Ratio((double)withSpare / size));
        table.Add("kept, without a spare", Decimal.Megabytes(withoutSpare), Figures.Ratio((double)withoutSpare / size));
        table.Add("bytes sent, a night", Decimal.Megabytes((long)Statistics.Median(arrived.Skip(1).Select(a => (double)a.Bytes))), "");
        table.Add($"the oldest restored, {Nights - 1} deltas back, median of {site.Rounds}", Figures.Seconds(Statistics.Median(restored)), Figures.Ratio(Statistics.Median(restored) / Statistics.Median(copied)));
        table.Add("a copy of it, flushed likewise", Figures.Seconds(Statistics.Median(copied)), Figures.Ratio(1));
        table.Print();
        Aim.AtMost($"{Nights} nights without a spare, to one file", (double)withoutSpare / size, MostWithoutSpare);
        Aim.AtMost($"{Nights} nights with a spare, to one file", (double)withSpare / size, MostWithSpare);
        Aim.AtMost("the oldest restored, to a copy of it", Statistics.Median(restored) / Statistics.Median(copied), MostToRestore);
        Machine.Describe("thirty nights, after");
    }

    private static async Task<TimeSpan> RestoreAsync(ShipPair pair, int generation, string target)
    {
        File.Delete(target);
        await Tool.SettleAsync();
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        using var http = new HttpClient { BaseAddress = pair.RemoteBridge.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(10) };
        using (var answer = await http.GetAsync(ShipPair.Generation(generation), HttpCompletionOption.ResponseHeadersRead))
        {
            if (!answer.IsSuccessStatusCode)
            {
                throw new MeasurementException($"generation {generation} is not given: {await answer.Content.ReadAsStringAsync()}");
            }

            await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
            await answer.Content.CopyToAsync(file);
        }

        await Tool.RunAsync("sync", target);
        return time.GetElapsedTime(started);
    }
}
