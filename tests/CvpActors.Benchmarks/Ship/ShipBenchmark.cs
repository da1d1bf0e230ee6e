using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>A night's backup brought to another place by our nodes, beside rsync, restic and borg: time, bytes, room, memory.</summary>
internal static class ShipBenchmark
{
    private static readonly string[] Parts = ["next", "first", "link", "text", "thirty", "memory"];

    public static async Task RunAsync(Arguments arguments)
    {
        var only = arguments.Text("only")?.Split(',') ?? Parts;
        if (only.FirstOrDefault(part => !Parts.Contains(part)) is { } unknown)
        {
            throw new ArgumentsException($"--only names {unknown}; allowed: {string.Join(", ", Parts)}");
        }

        var megabytes = arguments.Number("megabytes", 720);
        var gigabytes = arguments.Number("gigabytes", 10);
        var rounds = arguments.Number("rounds", 3);
        var node = BuiltNode.Find(arguments.Text("node"));
        using var work = WorkDirectory.Create(arguments, Math.Max(12L * megabytes, only.Contains("memory") ? 6L * 1024 * gigabytes : 0));
        Console.WriteLine(node);
        var data = ShipData.Prepare(arguments, work, megabytes);
        data.Describe();
        var site = new ShipSite(node, work, data, rounds);
        foreach (var part in only)
        {
            await (part switch
            {
                "next" => NightPart.RunAsync(site),
                "first" => FirstPart.RunAsync(site),
                "link" => NightPart.RunOnLinkAsync(site),
                "text" => TextPart.RunAsync(site),
                "thirty" => ThirtyPart.RunAsync(site, arguments.Number("small-megabytes", 120)),
                _ => MemoryPart.RunAsync(site, gigabytes),
            });
        }
    }
}
