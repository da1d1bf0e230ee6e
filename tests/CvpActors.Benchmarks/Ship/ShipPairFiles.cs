using System.Text.Json;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>The directories and configurations of two nodes.</summary>
internal sealed class ShipPairFiles
{
    private readonly string _place;
    private readonly string _seed;
    private readonly string _remoteAddress;
    private readonly bool _tls;
    private bool _spare;

    private ShipPairFiles(string place, ShapedLink? link)
    {
        _place = place;
        _tls = link is not null;

        // Bytes arrive at the port after the cluster's.
        _seed = link is null ? $"127.0.0.1:{Ports.Free()}" : $"{link.Address(1)}:4053";
        _remoteAddress = link is null ? $"127.0.0.1:{Ports.Free()}" : $"{link.Address(2)}:4055";
        SenderUrl = new Uri(link is null ? $"http://127.0.0.1:{Ports.Free()}" : $"http://{link.Reached(1)}:9080");
        RemoteUrl = new Uri(link is null ? $"http://127.0.0.1:{Ports.Free()}" : $"http://{link.Reached(2)}:9080");
    }

    public Uri SenderUrl { get; }

    public Uri RemoteUrl { get; }

    public string SenderConfiguration => Path.Combine(_place, "sender.conf");

    public string RemoteConfiguration => Path.Combine(_place, "remote.conf");

    /// <summary>A pipe: what is written into it is the dump.</summary>
    public string Dump => Path.Combine(_place, "dump");

    /// <summary>What the remote keeps of the database.</summary>
    public string Vault => Path.Combine(_place, "vault", "reporting");

    /// <summary>The generation that is old now; null when there is none.</summary>
    public long? OldGeneration
    {
        get
        {
            var manifest = Path.Combine(_place, "backup", "cvp_backup_data.old.manifest.json");
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllText(manifest));
                return json.RootElement.GetProperty("generation").GetInt64();
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }

    /// <summary>Whether the remote has nothing left to do.</summary>
    public bool IsTidy =>
        !Directory.Exists(Path.Combine(Vault, "incoming"))
        && (_spare ? File.Exists(Path.Combine(Vault, "spare.json")) : !File.Exists(Path.Combine(Vault, "spare")) && !File.Exists(Path.Combine(Vault, "previous")));

    public static async Task<ShipPairFiles> WriteAsync(string place, bool spare, ShapedLink? link)
    {
        var files = new ShipPairFiles(place, link);
        foreach (var name in new[] { "backup", "vault", "sender", "remote" })
        {
            Directory.CreateDirectory(Path.Combine(place, name));
        }

        await Tool.RunAsync("mkfifo", files.Dump);
        if (link is not null)
        {
            var script = Path.Combine(WorkingCopy.Root ?? throw new MeasurementException("certificates are made by a script of the working copy, and there is none"), "docker/make-certificates.sh");
            await Tool.RunAsync("bash", script, Path.Combine(place, "tls"), link.Address(1), link.Address(2));
        }

        await File.WriteAllTextAsync(files.SenderConfiguration, $$"""
            cvp-actors {
              data-directory = "{{place}}/sender"
              http.url = "{{files.SenderUrl.GetLeftPart(UriPartial.Authority)}}"
              cluster {
                name = "site-a"
                address = "{{files._seed}}"
                seeds = ["{{files._seed}}"]
                roles = [coordinator, reporting]
              }
              databases.reporting {
                engine = command
                command.backup = ["/bin/cat", "{{files.Dump}}"]
                backup.directory = "{{place}}/backup"
                offsite.remotes = ["hq"]
              }
            }
            {{files.Tls(link?.Address(1))}}
            """);
        await files.WriteRemoteAsync(spare, link);
        return files;
    }

    public async Task WriteRemoteAsync(bool spare, ShapedLink? link = null)
    {
        _spare = spare;
        await File.WriteAllTextAsync(RemoteConfiguration, $$"""
            cvp-actors {
              data-directory = "{{_place}}/remote"
              http.url = "{{RemoteUrl.GetLeftPart(UriPartial.Authority)}}"
              cluster {
                name = "site-b"
                address = "{{_remoteAddress}}"
                seeds = ["{{_seed}}"]
                roles = [remote]
              }
              remote {
                name = "hq"
                directory = "{{_place}}/vault"
                spare = {{(spare ? "on" : "off")}}
                # All nights of a benchmark are of one day.
                keep.last = 100
              }
            }
            {{Tls(link?.Address(2))}}
            """);
    }

    public void Remove() => Directory.Delete(_place, recursive: true);

    private string Tls(string? name) => !_tls ? "" : $$"""
        cvp-actors.cluster.tls {
          certificate-file = "{{_place}}/tls/{{name}}.crt"
          key-file = "{{_place}}/tls/{{name}}.key"
          ca-file = "{{_place}}/tls/ca.crt"
        }
        """;
}
