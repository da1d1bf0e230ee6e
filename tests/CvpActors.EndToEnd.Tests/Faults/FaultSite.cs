using System.Net;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Harness;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>
/// Three coordinator nodes and a reporting node, each in a network of its own, over TLS, with one slow stand-in database each and a
/// PostgreSQL beside them. A node that ends is started again, as a service manager would.
/// </summary>
public sealed class FaultSite : IAsyncLifetime
{
    public const int Size = 4;
    public const int Coordinators = 3;

    private const int Work = 20;
    private static readonly TimeSpan FormsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HealsWithin = TimeSpan.FromSeconds(30);

    private readonly string _root = Directory.CreateTempSubdirectory("cvpactors-faults-").FullName;
    private readonly NodeProcess?[] _nodes = new NodeProcess?[Size];

    /// <summary>As with a service manager, what was stopped on purpose stays so until it is started.</summary>
    private readonly HashSet<int> _stopped = [];
    private readonly Network _network = new(Size);
    private PostgresServer? _postgres;

    internal Network Network => _network;

    internal PostgresServer Postgres => _postgres ?? throw new InvalidOperationException("the site is not started");

    internal NodeProcess this[int number] => _nodes[number - 1] ?? throw new InvalidOperationException($"node {number} does not run");

    public static string Database(int number) => $"/api/v1/databases/db-{number}";

    public async Task InitializeAsync()
    {
        _postgres = new PostgresServer(_network.Range);
        File.WriteAllText(Path.Combine(_root, "work.sh"), History.Program);
        MakeCertificates("tls");
        await Task.WhenAll(Enumerable.Range(1, Size).Select(StartAsync));
        await FormedAsync(FormsWithin);
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes.OfType<NodeProcess>())
        {
            if (!node.HasEnded)
            {
                node.Thaw();
            }

            await node.DisposeAsync();
        }

        _postgres?.Dispose();
        _network.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Starts a node, whatever became of its former life.</summary>
    internal async Task StartAsync(int number)
    {
        _stopped.Remove(number);
        if (_nodes[number - 1] is { } former)
        {
            await former.DisposeAsync();
        }

        _nodes[number - 1] = NodeProcess.Begin(_root, ["--config", Configuration(number)], [.. _network.Launcher(number), .. Clock(number).Launcher]);
        await this[number].ListensAsync();
    }

    /// <summary>Starts a node in place of another, with its name and address and a certificate of another CA.</summary>
    internal NodeProcess StartImpostor(int number)
    {
        MakeCertificates("tls-of-another");
        var file = Path.Combine(_root, $"impostor-{number}.conf");
        File.WriteAllText(file, File.ReadAllText(Configuration(number)).Replace("\"tls/", "\"tls-of-another/", StringComparison.Ordinal)
            .Replace($"\"data-{number}\"", $"\"impostor-{number}\"", StringComparison.Ordinal).Replace($"\"backup-{number}\"", $"\"impostor-backup-{number}\"", StringComparison.Ordinal));
        return NodeProcess.Begin(_root, ["--config", file], _network.Launcher(number));
    }

    /// <summary>Starts again what has ended by itself.</summary>
    internal async Task StartWhatHasEndedAsync()
    {
        for (var number = 1; number <= Size; number++)
        {
            if (this[number].HasEnded && !_stopped.Contains(number))
            {
                await StartAsync(number);
            }
        }
    }

    /// <summary>Sets the wall clock of one node; its monotonic clock goes on.</summary>
    /// <param name="number">Which node.</param>
    /// <param name="offset">In the words of faketime: <c>+42d</c>, <c>-13h</c>, <c>+0</c>.</param>
    internal void SetClock(int number, string offset) => Clock(number).Set(offset);

    internal History HistoryOf(int number) => new(HistoryFile(number));

    internal async Task<int> CoordinatorAsync()
    {
        var cluster = await AskAnyAsync("/api/v1/cluster");
        return int.Parse(cluster.Text("coordinator")!.Split('-')[^1]);
    }

    /// <summary>The answer of whichever node gives one.</summary>
    internal async Task<JsonElement> AskAnyAsync(string path)
    {
        var answer = await Eventually.SeesAsync($"an answer to GET {path}", async () =>
        {
            await StartWhatHasEndedAsync();
            for (var number = 1; number <= Size; number++)
            {
                if (await TryAsync(number, HttpMethod.Get, path) is { Status: HttpStatusCode.OK } good)
                {
                    return good;
                }
            }

            return null;
        }, a => a is not null, FormsWithin);
        return answer!.Json;
    }

    /// <summary>An answer, or null when the node gives none.</summary>
    internal async Task<Answer?> TryAsync(int number, HttpMethod method, string path)
    {
        try
        {
            return await this[number].Api.SendAsync(method, path);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Passes when, with nothing broken any more, all is as if nothing had been: every database connected and its lock free within half a
    /// minute, a run possible on each; and when nothing overlapped meanwhile.
    /// </summary>
    internal async Task HealsAsync()
    {
        await StartWhatHasEndedAsync();
        await FormedAsync(HealsWithin);
        var attempts = new List<Answer?>();
        for (var number = 1; number <= Size; number++)
        {
            attempts.Add(await BackUpAsync(number));
        }

        for (var number = 1; number <= Size; number++)
        {
            await EndAsync(number, attempts[number - 1]!.Json.Text("attemptId")!, "succeeded");
            HistoryOf(number).IsInOrder();
        }

        await AlertsAreUniqueAsync();
    }

    /// <summary>By the next node, which may have been found removed only now, and starts again.</summary>
    private Task<Answer?> BackUpAsync(int database) => Eventually.SeesAsync(
        $"a backup of db-{database}",
        async () =>
        {
            await StartWhatHasEndedAsync();
            return await TryAsync(1 + (database % Size), HttpMethod.Post, $"{Database(database)}/backups");
        },
        answer => answer?.Status == HttpStatusCode.Accepted,
        HealsWithin);

    internal Task EndAsync(int database, string attempt, string state) => Eventually.SeesAsync(
        $"{attempt} of db-{database} as {state}", () => AskAnyAsync($"{Database(database)}/attempts/{attempt}"), a => a.Text("state") == state, FormsWithin);

    /// <summary>Stops a node as a service manager does.</summary>
    internal async Task TerminateAsync(int number)
    {
        _stopped.Add(number);
        var exitCode = await this[number].TerminateAsync(FormsWithin);

        // 75: the others could not reach it and removed it while it was being stopped.
        Assert.True(exitCode is 0 or 75, $"node {number} ended with {exitCode}: {string.Join('\n', this[number].Errors.Concat(this[number].Output.TakeLast(10)))}");
    }

    internal Task SeesWorkAsync(int database, long token) => Eventually.IsTrueAsync(
        $"work of token {token} at db-{database}", () => HistoryOf(database).Seen.Any(s => s.Token == token));

    /// <summary>Waits until every database is connected and idle, as every node sees it.</summary>
    private async Task FormedAsync(TimeSpan within)
    {
        for (var number = 1; number <= Size; number++)
        {
            var node = number;
            await Eventually.SeesAsync($"four connected databases with free locks at node {node}", async () =>
            {
                await StartWhatHasEndedAsync();
                return await TryAsync(node, HttpMethod.Get, "/api/v1/databases");
            }, IsCalm, within + FormsWithin);
        }
    }

    private static bool IsCalm(Answer? answer) =>
        answer?.Status == HttpStatusCode.OK && answer.Json.List().Count(d => d.Text("agent") == "connected" && !d.Has("lock")) == Size;

    /// <summary>One window that is given up is one alert, whoever coordinated meanwhile.</summary>
    private async Task AlertsAreUniqueAsync()
    {
        var texts = (await AskAnyAsync("/api/v1/alerts")).List().Select(a => $"{a.Text("database")} {a.Text("code")} {a.Text("text")}").ToList();
        Assert.Equal(texts.Distinct().Order(), texts.Order());
    }

    /// <remarks>Made two days ago: a node whose clock is set back would take them for not valid yet.</remarks>
    private void MakeCertificates(string folder) =>
        TestCertificates.Make(Path.Combine(_root, folder), Enumerable.Range(1, Size).Select(_network.Address), FakeClock.Fixed("-2d"));

    private FakeClock Clock(int number) => new(Path.Combine(_root, $"clock-{number}"));

    private string HistoryFile(int number) => Path.Combine(_root, $"history-{number}");

    private string Configuration(int number)
    {
        var file = Path.Combine(_root, $"node-{number}.conf");
        var seeds = string.Join(", ", Enumerable.Range(1, Coordinators).Select(n => $"\"{_network.Address(n)}:4053\""));
        File.WriteAllText(file, $$"""
            cvp-actors {
              data-directory = "data-{{number}}"
              http.url = "http://{{_network.Address(number)}}:9080"
              cluster {
                name = "node-{{number}}"
                address = "{{_network.Address(number)}}:4053"
                bind = "{{(number == Size ? "0.0.0.0" : _network.Address(number))}}:4053"
                seeds = [{{seeds}}]
                roles = [{{(number <= Coordinators ? "coordinator, reporting" : "reporting")}}]
                tls {
                  certificate-file = "tls/{{_network.Address(number)}}.crt"
                  key-file = "tls/{{_network.Address(number)}}.key"
                  ca-file = "tls/ca.crt"
                }
              }
              journal.postgres.connection-string = "{{Postgres.ConnectionStringFrom(_network.Host)}};Timeout=5"
              databases.db-{{number}} {
                engine = command
                command {
                  backup = ["/bin/sh", "{{_root}}/work.sh", "backup", "{{HistoryFile(number)}}", "{{Work}}"]
                  purge = ["/bin/sh", "{{_root}}/work.sh", "purge", "{{HistoryFile(number)}}", "{{Work}}"]
                }
                backup.directory = "backup-{{number}}"
                purge.categories.call {
                  table = "call"
                  timestamp-column = "at"
                  retain = 30d
                }
              }
            }

            """);
        return file;
    }
}
