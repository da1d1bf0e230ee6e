using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>What was measured of each, in the order in which they came first.</summary>
internal sealed class Samples
{
    private readonly Dictionary<string, List<Shipping>> _samples = [];

    public void Add(string name, Shipping sample)
    {
        _samples.TryAdd(name, []);
        _samples[name].Add(sample);

        // A round takes minutes: who waits for it sees how it comes on.
        Console.WriteLine($"  {name}: {Figures.Seconds(sample.Elapsed)}, {Decimal.Megabytes(sample.Bytes)}");
    }

    public TimeSpan Time(string name) => Statistics.Median(_samples[name].Select(s => s.Elapsed));

    public long Bytes(string name) => (long)Statistics.Median(_samples[name].Select(s => (double)s.Bytes));

    /// <summary>Medians, with the fastest and the slowest, and each beside <paramref name="peer"/>.</summary>
    public void Print(string title, string peer)
    {
        var table = new Table(title, "time", "fastest", "slowest", "ratio", "bytes", "ratio");
        foreach (var (name, samples) in _samples.OrderBy(s => s.Value.Count == 0).ThenBy(s => Time(s.Key)))
        {
            table.Add(
                name,
                Figures.Seconds(Time(name)),
                Figures.Seconds(samples.Min(s => s.Elapsed)),
                Figures.Seconds(samples.Max(s => s.Elapsed)),
                Figures.Ratio(Time(name) / Time(peer)),
                Decimal.Megabytes(Bytes(name)),
                Figures.Ratio((double)Bytes(name) / Bytes(peer)));
        }

        table.Print();
        Console.WriteLine($"ratios to {peer}");
    }
}

/// <summary>Figures of networks: a megabyte is a million bytes here.</summary>
internal static class Decimal
{
    public static string Megabytes(long bytes) => bytes < 10_000_000 ? $"{bytes / 1e6:0.00} MB" : $"{bytes / 1e6:0.0} MB";
}

/// <summary>One line for each aim.</summary>
internal static class Aim
{
    public static void AtMost(string what, double found, double most) =>
        Console.WriteLine($"aim: {what}: {(most is >= 1 and < 10 || found < 10 ? $"{found:0.00}" : $"{found:0.0}")} (at most {most}): {Figures.Met(found <= most).ToUpperInvariant()}");
}
