using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>How much memory do both nodes take for a file that is far larger?</summary>
internal static class MemoryPart
{
    private const long Megabyte = 1 << 20;
    private const double MostOfSender = 170;
    private const double MostOfRemote = 100;
    private const double MostOfAnything = 250;

    public static async Task RunAsync(ShipSite site, int gigabytes)
    {
        Machine.Describe("memory, before");
        var night = Path.Combine(site.NewPlace("large"), "night");
        var bytes = (long)gigabytes << 30;
        var table = new Table($"{gigabytes} GB", "time", "bytes", "sender before", "sender's peak", "more", "remote before", "remote's peak", "more");
        using var pair = await site.PairAsync(spare: true);
        await Task.Run(() => site.Data.WriteLarge(site.Data.FirstNight, night, bytes));
        await pair.BackUpAsync(night);
        await Task.Run(() => site.Data.WriteLarge(site.Data.NextNight, night, bytes));
        await Tool.SettleAsync();
        await MeasureAsync("first copy", night);
        var next = await MeasureAsync("next night", site.Data.Tiny);
        table.Print();
        Console.WriteLine("peaks from before the shipment until the remote has tidied up; resident memory in MiB, the node itself included");
        Aim.AtMost("sender's peak above idle, next night, in MiB", next.Sender, MostOfSender);
        Aim.AtMost("remote's peak above idle, next night, in MiB", next.Remote, MostOfRemote);
        Aim.AtMost("the larger of both, as a whole, in MiB", next.Largest, MostOfAnything);
        Machine.Describe("memory, after");

        async Task<(double Sender, double Remote, double Largest)> MeasureAsync(string what, string then)
        {
            (long Sender, long Remote) before = default;
            var shipped = await pair.ShipAsync(then, async () =>
            {
                await Tool.SettleAsync();
                before = (Reset(pair.Sender), Reset(pair.Remote));
            });
            var arrived = Peak(pair.Remote);
            await pair.TidiedAsync();
            var after = (Sender: Peak(pair.Sender), Remote: Peak(pair.Remote));
            Console.WriteLine($"  {what}: {Figures.Seconds(shipped.Elapsed)}, {Decimal.Megabytes(shipped.Bytes)}; the remote's peak at the arrival {arrived / Megabyte} MiB");
            table.Add(
                what,
                Figures.Seconds(shipped.Elapsed),
                Decimal.Megabytes(shipped.Bytes),
                $"{before.Sender / Megabyte}",
                $"{after.Sender / Megabyte}",
                $"{(after.Sender - before.Sender) / Megabyte}",
                $"{before.Remote / Megabyte}",
                $"{after.Remote / Megabyte}",
                $"{(after.Remote - before.Remote) / Megabyte}");
            return ((double)(after.Sender - before.Sender) / Megabyte, (double)(after.Remote - before.Remote) / Megabyte, (double)Math.Max(after.Sender, after.Remote) / Megabyte);
        }
    }

    private static long Peak(BuiltNode node) => Machine.PeakBytes(node.Id) ?? throw new MeasurementException("a node has ended");

    /// <summary>Forgets the peak so far.</summary>
    /// <returns>What is resident now.</returns>
    private static long Reset(BuiltNode node)
    {
        File.WriteAllText($"/proc/{node.Id}/clear_refs", "5");
        return Machine.ResidentBytes(node.Id) ?? throw new MeasurementException("a node has ended");
    }
}
