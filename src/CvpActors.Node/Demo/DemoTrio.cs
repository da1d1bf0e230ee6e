using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Demo;

/// <summary>
/// Three nodes as processes: each a coordinator and a reporting node with a made-up database. On one machine they can share a journal in a
/// file; coordinators on several need PostgreSQL.
/// </summary>
internal sealed class DemoTrio : IDisposable
{
    public const int Size = 3;

    private const int DaysOfCalls = 45;
    private const int CallsPerDay = 20;

    private readonly int[] _ports = FreePorts(2 * Size);
    private readonly Process?[] _processes = new Process?[Size];

    public static string Folder { get; } = Path.Combine("data", "demo-cluster");

    public static IEnumerable<int> Numbers => Enumerable.Range(1, Size);

    /// <summary>Lays out what three nodes need, in place of what an earlier demonstration has left.</summary>
    public static DemoTrio Create(TimeProvider time)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);
        foreach (var store in new[] { "journal", "snapshots" })
        {
            using var connection = new SqliteConnection(Store(store));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteScalar();
        }

        foreach (var number in Numbers)
        {
            DemoDatabase.Create(Path.Combine(Folder, $"db-{number}.db"), DaysOfCalls, CallsPerDay, time);
        }

        return new DemoTrio();
    }

    public Uri Url(int number, string path) => new($"http://127.0.0.1:{_ports[Size + number - 1]}{path}");

    public void Start(int number)
    {
        var file = Path.Combine(Folder, $"node-{number}.conf");
        File.WriteAllText(file, Configuration(number));
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(DemoTrio).Assembly.Location] : [];
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, [.. self, "--config", file]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(Folder, $"node-{number}.log"), append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[number - 1] = process;
    }

    /// <summary>As a power cut would.</summary>
    public void Kill(int number)
    {
        if (_processes[number - 1] is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _processes[number - 1] = null;
    }

    /// <exception cref="DemoFailedException">A node has ended that nobody has killed.</exception>
    public void CheckAlive()
    {
        foreach (var number in Numbers)
        {
            if (_processes[number - 1] is { HasExited: true } ended)
            {
                throw new DemoFailedException($"node-{number} ended with {ended.ExitCode}; see {Path.Combine(Folder, $"node-{number}.log")}");
            }
        }
    }

    public void Dispose()
    {
        foreach (var number in Numbers)
        {
            Kill(number);
        }
    }

    private static string Store(string name) => $"Data Source={Path.Combine(Path.GetFullPath(Folder), name)}.db";

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private string Configuration(int number)
    {
        var folder = Folder.Replace('\\', '/');
        return $$"""
            cvp-actors {
              data-directory = "{{folder}}/data-{{number}}"
              http.url = "{{Url(number, "/")}}"
              cluster {
                name = "node-{{number}}"
                address = "127.0.0.1:{{_ports[number - 1]}}"
                seeds = [{{string.Join(", ", _ports.Take(Size).Select(port => $"\"127.0.0.1:{port}\""))}}]
                roles = [coordinator, reporting]
              }
              databases.db-{{number}} {
                engine = sqlite
                sqlite.path = "{{folder}}/db-{{number}}.db"
                backup.directory = "{{folder}}/backup-{{number}}"
                purge {
                  # So slowly that the purge outlives the coordinator.
                  batch {
                    rows = 1
                    pause = 150ms
                  }
                  categories.trunkgroup {
                    table = "trunkgrouputilization"
                    timestamp-column = "eventdatetime"
                    timestamp-format = unix-seconds
                    retain = 15d
                  }
                }
              }
            }
            akka.persistence {
              journal.sql.connection-string = "{{Store("journal").Replace('\\', '/')}}"
              snapshot-store.sql.connection-string = "{{Store("snapshots").Replace('\\', '/')}}"
            }

            """;
    }
}
