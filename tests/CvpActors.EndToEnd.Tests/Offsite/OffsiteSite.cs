using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using CvpActors.EndToEnd.Tests.Faults;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests.Offsite;

/// <summary>
/// A coordinator that also is a reporting node, and two remotes, each in a network of its own, over TLS. The database is a file that a
/// command dumps, so that each test says what a night's backup holds. A node that ends by itself is started again.
/// </summary>
internal sealed class OffsiteSite : IAsyncDisposable
{
    public const int Sender = 1;
    public const int Hq = 2;
    public const int Dr = 3;
    public const string Database = "/api/v1/databases/reporting";

    private static readonly TimeSpan FormsWithin = TimeSpan.FromSeconds(90);

    private readonly string _limit;
    private readonly NodeProcess?[] _nodes = new NodeProcess?[3];
    private readonly Network _network = new(3);

    private OffsiteSite(string limit) => _limit = limit;

    public string Root { get; } = Directory.CreateTempSubdirectory("cvpactors-offsite-").FullName;

    public Network Network => _network;

    public NodeProcess this[int number] => _nodes[number - 1] ?? throw new InvalidOperationException($"node {number} does not run");

    public Uri Url(int number) => new($"http://{_network.Address(number)}:9080");

    /// <summary>Where the bytes of shipments come to a remote.</summary>
    public Uri Uploads(int number) => new($"https://{_network.Address(number)}:4054");

    public string Plain(int remote) => Path.Combine(Vault(remote), "reporting", "cvp_backup_data.old");

    public string Vault(int remote) => Path.Combine(Root, $"vault-{remote}");

    /// <param name="limit">How fast remotes take bytes in, as the configuration says it.</param>
    /// <param name="prepare">Called before the nodes start.</param>
    public static async Task<OffsiteSite> StartAsync(string limit = "0", Action<OffsiteSite>? prepare = null)
    {
        var site = new OffsiteSite(limit);
        try
        {
            TestCertificates.Make(Path.Combine(site.Root, "tls"), new[] { Sender, Hq, Dr }.Select(site._network.Address));
            site.Night("nothing yet"u8.ToArray());
            prepare?.Invoke(site);
            await Task.WhenAll(new[] { Sender, Hq, Dr }.Select(site.StartNodeAsync));
            await site.FormedAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartNodeAsync(int number)
    {
        if (_nodes[number - 1] is { } former)
        {
            await former.DisposeAsync();
        }

        _nodes[number - 1] = NodeProcess.Begin(Root, ["--config", Configuration(number)], _network.Launcher(number));
        await this[number].ListensAsync();
    }

    public async Task StartWhatHasEndedAsync()
    {
        foreach (var number in new[] { Sender, Hq, Dr }.Where(number => this[number].HasEnded))
        {
            await StartNodeAsync(number);
        }
    }

    /// <summary>What the next backup holds.</summary>
    public void Night(byte[] content) => File.WriteAllBytes(Path.Combine(Root, "reporting.data"), content);

    /// <summary>Two backups: what is dumped now is old afterwards.</summary>
    /// <returns>Its generation.</returns>
    public async Task<long> RotateAsync()
    {
        await BackUpAsync();
        var generation = (await StateAsync())!.Value.List("files").First(f => f.Text("name") == "cvp_backup_data").Number("generation");
        await BackUpAsync();
        return generation;
    }

    /// <summary>The shipments to a remote, whichever state they are in; null while the database is not known.</summary>
    public async Task<JsonElement?> ShipmentAsync(string remote) =>
        await StateAsync() is { } state && state.Has("shipments") && state.List("shipments").FirstOrDefault(s => s.Text("remote") == remote) is { ValueKind: JsonValueKind.Object } found ? found : null;

    public async Task<JsonElement> VerifiedAsync(string remote, long generation, TimeSpan? within = null) => (await Eventually.SeesAsync(
        $"generation {generation} verified at {remote}",
        async () =>
        {
            await StartWhatHasEndedAsync();
            return await ShipmentAsync(remote);
        },
        s => s is { } shipment && shipment.Text("state") == "verified" && shipment.Number("generation") == generation,
        within ?? FormsWithin))!.Value;

    /// <summary>The state, or null while nobody answers.</summary>
    public async Task<JsonElement?> StateAsync()
    {
        try
        {
            return await this[Sender].Api.SendAsync(HttpMethod.Get, Database) is { Status: HttpStatusCode.OK } answer ? answer.Json : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Sha256(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.OfType<NodeProcess>())
        {
            await node.DisposeAsync();
        }

        _network.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private async Task BackUpAsync()
    {
        var granted = await Eventually.SeesAsync("a granted backup", async () =>
        {
            try
            {
                return await this[Sender].Api.PostAsync($"{Database}/backups");
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }, a => a?.Status == HttpStatusCode.Accepted, FormsWithin);
        var id = granted!.Json.Text("attemptId")!;
        await Eventually.SeesAsync($"the end of {id}", () => this[Sender].Api.GetAsync($"{Database}/attempts/{id}"), a => a.Text("state") == "succeeded", FormsWithin);
    }

    private async Task FormedAsync()
    {
        await Eventually.SeesAsync("a connected database", StateAsync, s => s?.Text("agent") == "connected", FormsWithin);
        await Eventually.SeesAsync(
            "both remotes", () => this[Sender].Api.SendAsync(HttpMethod.Get, "/api/v1/remotes"), a => a.Status == HttpStatusCode.OK && a.Json.List().Count == 2, FormsWithin);
    }

    private string Configuration(int number)
    {
        var file = Path.Combine(Root, $"node-{number}.conf");
        File.WriteAllText(file, $$"""
            cvp-actors {
              data-directory = "data-{{number}}"
              http.url = "http://{{_network.Address(number)}}:9080"
              cluster {
                name = "node-{{number}}"
                address = "{{_network.Address(number)}}:4053"
                seeds = ["{{_network.Address(Sender)}}:4053"]
                roles = [{{(number == Sender ? "coordinator, reporting" : "remote")}}]
                tls {
                  certificate-file = "tls/{{_network.Address(number)}}.crt"
                  key-file = "tls/{{_network.Address(number)}}.key"
                  ca-file = "tls/ca.crt"
                }
              }
              {{(number == Sender ? ReportingSection : RemoteSection(number))}}
            }
            """);
        return file;
    }

    private string ReportingSection => $$"""
        databases.reporting {
          engine = command
          command.backup = ["/bin/cat", "{{Root}}/reporting.data"]
          command.restore = ["/bin/sh", "-c", "cat > \"$CVP_RESTORE_TARGET\""]
          backup.directory = "backup"
          offsite {
            remotes = ["hq", "dr"]
            overdue-after = 20s
          }
        }
        """;

    private string RemoteSection(int number) => $$"""
        remote {
          name = "{{(number == Hq ? "hq" : "dr")}}"
          directory = "{{Vault(number)}}"
          bandwidth.limit = "{{_limit}}"
          scrub.schedule = "* * * * *"
        }
        """;
}
