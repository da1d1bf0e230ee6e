using System.Globalization;
using System.Text;
using System.Text.Json;
using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Fleet;

/// <summary>
/// A node with a thousand databases: how soon it is there, at its first start and at the next; how soon a list comes while all of them fall
/// due; and what each costs in memory while nothing happens.
/// </summary>
internal static class FleetBenchmark
{
    private const int Pages = 200;
    private static readonly TimeSpan FirstAim = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NextAim = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PageAim = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ConnectedWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeProvider Time = TimeProvider.System;

    public static async Task RunAsync(Arguments arguments)
    {
        var databases = arguments.Number("databases", 1000);
        var idle = TimeSpan.FromSeconds(arguments.Number("idle-seconds", 20));
        var node = BuiltNode.Find(arguments.Text("node"));
        Machine.Describe("before");
        using var work = WorkDirectory.Create(arguments, megabytesNeeded: 500);
        var empty = await MeasureAsync(node, Configure(work.Sub("site"), "none", 0, due: null), 0, idle);
        var due = Time.GetUtcNow().AddMinutes(4);
        var config = Configure(work.Sub("site"), "fleet", databases, due);
        var first = await MeasureAsync(node, config, databases, idle: null);
        var next = await MeasureAsync(node, config, databases, idle, due);
        Machine.Describe("after");

        var table = new Table($"a node with {databases} databases", "seen", "aim", "");
        table.Add("first start, until ready and all connected", Figures.Seconds(first.Connected), Figures.Seconds(FirstAim), Figures.Met(first.Connected <= FirstAim));
        table.Add("restart, until ready and all connected", Figures.Seconds(next.Connected), Figures.Seconds(NextAim), Figures.Met(next.Connected <= NextAim));
        table.Add($"GET /api/v1/databases, {Pages} times while all fall due, median", Figures.Milliseconds(next.PageMedian), "", "");
        table.Add("  p99", Figures.Milliseconds(next.PageP99), Figures.Milliseconds(PageAim.TotalMilliseconds), Figures.Met(next.PageP99 <= PageAim.TotalMilliseconds));
        table.Add("resident memory idle", Figures.Megabytes(next.Resident), "", "");
        table.Add("  for each further database", $"{(next.Resident - empty.Resident) / 1024.0 / databases:0} kB", "", "");
        table.Print();
        Console.WriteLine("There is no peer: nothing else serves a thousand databases from one process. A page is a thousand databases, as JSON.");
    }

    private static async Task<Seen> MeasureAsync(string node, string config, int databases, TimeSpan? idle, DateTimeOffset? due = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{PortOf(config)}"), Timeout = TimeSpan.FromSeconds(30) };
        var begun = Time.GetTimestamp();
        using var process = BuiltNode.Start(node, config);
        await process.ReadyAsync(http, Time);
        while (await ConnectedAsync(http) < databases)
        {
            if (Time.GetElapsedTime(begun) > ConnectedWithin)
            {
                throw new MeasurementException($"not all databases were connected after {ConnectedWithin.TotalMinutes:0} minutes");
            }

            await Task.Delay(LookEvery, Time);
        }

        var connected = Time.GetElapsedTime(begun);
        long resident = 0;
        if (idle is { } wait)
        {
            await Task.Delay(wait, Time);
            resident = Machine.ResidentBytes(process.Id) ?? 0;
        }

        var pages = due is { } moment ? await ListWhileDueAsync(http, moment) : [];
        await process.StopAsync();
        return new Seen(connected, resident, Statistics.Percentile(pages, 0.5), Statistics.Percentile(pages, 0.99));
    }

    /// <returns>Milliseconds, sorted.</returns>
    private static async Task<List<double>> ListWhileDueAsync(HttpClient http, DateTimeOffset due)
    {
        if (due - Time.GetUtcNow() is { Ticks: > 0 } early)
        {
            await Task.Delay(early, Time);
        }

        var pages = new List<double>();
        for (var i = 0; i < Pages; i++)
        {
            var asked = Time.GetTimestamp();
            await http.GetByteArrayAsync(new Uri("/api/v1/databases", UriKind.Relative));
            pages.Add(Time.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(LookEvery, Time);
        }

        pages.Sort();
        return pages;
    }

    private static async Task<int> ConnectedAsync(HttpClient http)
    {
        using var list = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri("/api/v1/databases", UriKind.Relative)));
        return list.RootElement.EnumerateArray().Count(d => d.GetProperty("agent").GetString() == "connected");
    }

    private static string PortOf(string config) => File.ReadLines(config).First(line => line.Contains("127.0.0.1:", StringComparison.Ordinal)).Split(':')[^1].TrimEnd('"');

    private static string Configure(string place, string name, int databases, DateTimeOffset? due)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $$"""
            cvp-actors {
              data-directory = "{{place}}/{{name}}"
              http.url = "http://127.0.0.1:{{Ports.Free()}}"
              log.level = warning
            """);
        for (var number = 0; number < databases; number++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $$"""
                  databases.db-{{number}} {
                    engine = command
                    command.backup = ["/bin/echo", "a small dump"]
                    backup {
                      directory = "{{place}}/{{name}}-backups/db-{{number}}"
                      schedule = "{{due?.Minute}} {{due?.Hour}} * * *"
                    }
                  }
                """);
        }

        text.AppendLine("}");
        var file = Path.Combine(place, $"{name}.conf");
        File.WriteAllText(file, text.ToString());
        return file;
    }

    /// <summary>What one start showed; pages in milliseconds.</summary>
    private sealed record Seen(TimeSpan Connected, long Resident, double PageMedian, double PageP99);
}
