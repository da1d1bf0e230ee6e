using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Start;

/// <summary>How soon does a node answer, and what does it cost while it waits for the night?</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan TimeAim = TimeSpan.FromSeconds(2.5);
    private const long MemoryAim = 180L << 20;

    public static async Task RunAsync(Arguments arguments)
    {
        var rounds = arguments.Number("rounds", 5);
        var idle = TimeSpan.FromSeconds(arguments.Number("idle-seconds", 10));
        var node = BuiltNode.Find(arguments.Text("node"));
        using var work = WorkDirectory.Create(arguments, 256);
        Machine.Describe("before");
        Console.WriteLine($"{node}, {rounds} rounds, memory after {idle.TotalSeconds:0} s");
        var database = work.File("reporting.db");
        ReportingData.CreateOfCalls(database, 1000, TimeProvider.System.GetUtcNow().AddDays(-20), TimeSpan.FromDays(20));

        List<Started> empty = [], existing = [];
        for (var round = 0; round < rounds; round++)
        {
            var place = work.Sub($"round-{round}");
            foreach (var starts in new[] { empty, existing })
            {
                await Tool.SettleAsync();
                starts.Add(await StartAsync(node, place, database, idle));
            }
        }

        var table = new Table($"median of {rounds}", "process start to ready", "all rounds", "aim", "resident idle", "aim", "peak");
        Add(table, "empty data directory", empty);
        Add(table, "existing data directory", existing);
        table.Print();
        Console.WriteLine("there is no peer to run beside: the figures are held against the aims");
        Machine.Describe("after");
    }

    private static async Task<Started> StartAsync(string node, string place, string database, TimeSpan idle)
    {
        var time = TimeProvider.System;
        var port = Ports.Free();
        var config = Path.Combine(place, "node.conf");
        await File.WriteAllTextAsync(config, Configuration(place, database, port));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var started = time.GetTimestamp();
        using var running = BuiltNode.Start(node, config);
        await running.ReadyAsync(http, time);
        var ready = time.GetElapsedTime(started);
        await Task.Delay(idle, time);
        var figures = new Started(ready, Machine.ResidentBytes(running.Id) ?? 0, Machine.PeakBytes(running.Id) ?? 0);
        await running.StopAsync();
        return figures;
    }

    private static void Add(Table table, string name, List<Started> starts)
    {
        var ready = Statistics.Median(starts.Select(s => s.Ready));
        var resident = (long)Statistics.Median(starts.Select(s => (double)s.ResidentBytes));
        table.Add(
            name,
            Figures.Seconds(ready),
            string.Join(", ", starts.Select(s => $"{s.Ready.TotalSeconds:0.00}")),
            $"{Figures.Seconds(TimeAim)} {Figures.Met(ready <= TimeAim)}",
            Figures.Megabytes(resident),
            $"{Figures.Megabytes(MemoryAim)} {Figures.Met(resident <= MemoryAim)}",
            Figures.Megabytes(starts.Max(s => s.PeakBytes)));
    }

    // As hocon/standalone.conf, with paths of this run.
    private static string Configuration(string place, string database, int port) => $$"""
        cvp-actors {
          data-directory = "{{place}}/data"
          http.url = "http://127.0.0.1:{{port}}"
          databases.reporting {
            engine = sqlite
            sqlite.path = "{{database}}"
            backup {
              directory = "{{place}}/backup"
              schedule = "0 2 * * *"
              time-zone = "UTC"
            }
            purge {
              schedule = "30 0 * * *"
              categories {
                call {
                  table = "call"
                  timestamp-column = "startdatetime"
                  timestamp-format = unix-seconds
                  retain = 30d
                }
                callevent {
                  table = "callevent"
                  timestamp-column = "eventdatetime"
                  timestamp-format = unix-seconds
                  retain = 30d
                  parent = call
                }
              }
            }
          }
        }
        """;

    private sealed record Started(TimeSpan Ready, long ResidentBytes, long PeakBytes);
}
