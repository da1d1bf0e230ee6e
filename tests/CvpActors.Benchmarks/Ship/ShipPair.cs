using System.Globalization;
using System.Text.Json;
using CvpActors.Benchmarks.Failover;
using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>
/// Two nodes as processes: one coordinates and has a database whose dump is whatever file it is fed, the other is the remote. Killed and
/// removed when disposed.
/// </summary>
internal sealed class ShipPair : IDisposable
{
    private const string Database = "/api/v1/databases/reporting";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(30);

    private readonly string _node;
    private readonly ShapedLink? _link;
    private readonly ShipPairFiles _files;
    private readonly Bridge _senderBridge;
    private int _made;

    private ShipPair(string node, ShapedLink? link, ShipPairFiles files)
    {
        (_node, _link, _files) = (node, link, files);
        _senderBridge = new Bridge(files.SenderUrl);
        RemoteBridge = new Bridge(files.RemoteUrl);
        Sender = BuiltNode.Start(node, files.SenderConfiguration, link?.Launcher(1) ?? []);
        Remote = BuiltNode.Start(node, files.RemoteConfiguration, link?.Launcher(2) ?? []);
    }

    public BuiltNode Sender { get; }

    public BuiltNode Remote { get; private set; }

    public Bridge RemoteBridge { get; }

    public string Vault => _files.Vault;

    /// <summary>Starts both and waits until they know each other.</summary>
    /// <param name="node">The node's assembly.</param>
    /// <param name="place">An empty directory.</param>
    /// <param name="spare">Whether the remote keeps a spare copy.</param>
    /// <param name="link">The cable between them; null for loopback.</param>
    public static async Task<ShipPair> StartAsync(string node, string place, bool spare, ShapedLink? link = null)
    {
        var pair = new ShipPair(node, link, await ShipPairFiles.WriteAsync(place, spare, link));
        try
        {
            await pair.FormedAsync();
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>A whole backup of a file, with which the one before becomes old and is shipped in its own time.</summary>
    public async Task BackUpAsync(string file)
    {
        var attempt = await BeginAsync();
        await FeedAsync(file);
        await WaitAsync("the backup", async () =>
            await _senderBridge.GetAsync($"{Database}/attempts/{attempt}") is { } run && run.GetProperty("state").GetString() switch
            {
                "succeeded" => true,
                "running" or "granted" => false,
                var other => throw new MeasurementException($"the backup is {other}: {run}"),
            });
        _made++;
    }

    /// <summary>Backs up <paramref name="next"/>, and measures how what was current gets to the remote, from the moment that it is known to be old.</summary>
    /// <param name="next">What becomes current.</param>
    /// <param name="before">What is done when the last file has been rotated, before anything is shipped; by default all is flushed.</param>
    public async Task<Shipping> ShipAsync(string next, Func<Task>? before = null)
    {
        var time = TimeProvider.System;
        await BeginAsync();
        await WaitAsync("the rotation", () => Task.FromResult(_made == _files.OldGeneration));
        await (before ?? Tool.SettleAsync)();
        await FeedAsync(next);
        var since = time.GetUtcNow();
        long bytes = 0;
        await WaitAsync($"generation {_made} at the remote", async () =>
        {
            if (await _senderBridge.GetAsync(Database) is not { } database || !database.TryGetProperty("shipments", out var shipments) || shipments[0] is var shipment
                && shipment.GetProperty("generation") is { ValueKind: JsonValueKind.Number } generation && generation.GetInt64() != _made)
            {
                return false;
            }

            if (shipment.TryGetProperty("wantedSince", out var wanted) && wanted.ValueKind == JsonValueKind.String)
            {
                since = wanted.GetDateTimeOffset();
            }

            bytes = shipment.GetProperty("bytesSent").GetInt64();
            return shipment.GetProperty("state").GetString() switch
            {
                "verified" => true,
                "failed" => throw new MeasurementException($"the shipment failed: {shipment.GetProperty("error").GetString()}"),
                _ => false,
            };
        });
        var elapsed = time.GetUtcNow() - since;
        _made++;
        return new Shipping(elapsed, bytes);
    }

    /// <summary>Waits until the remote has done what can wait: the former file is a delta, the spare is renewed.</summary>
    public async Task TidiedAsync()
    {
        await WaitAsync("the remote's tidying up", () => Task.FromResult(_files.IsTidy));
        await Tool.SettleAsync();
    }

    /// <summary>Ends the remote's node and starts it with or without a spare copy.</summary>
    public async Task RestartRemoteAsync(bool spare)
    {
        await Remote.StopAsync();
        await _files.WriteRemoteAsync(spare);
        Remote = BuiltNode.Start(_node, _files.RemoteConfiguration, _link?.Launcher(2) ?? []);
        await FormedAsync();
    }

    /// <summary>Where a generation is had from the remote's own node.</summary>
    public static Uri Generation(int number) => new(string.Create(CultureInfo.InvariantCulture, $"/api/v1/remotes/hq/databases/reporting/generations/{number}"), UriKind.Relative);

    public void Dispose()
    {
        Sender.Dispose();
        Remote.Dispose();
        _senderBridge.Dispose();
        RemoteBridge.Dispose();
        _files.Remove();
    }

    private async Task FormedAsync()
    {
        await WaitAsync("a cluster of two", async () =>
            await _senderBridge.GetAsync("/api/v1/remotes") is { } remotes && remotes.GetArrayLength() == 1
            && await _senderBridge.GetAsync(Database) is { } database && database.GetProperty("agent").GetString() == "connected");
    }

    private async Task<string> BeginAsync()
    {
        string? attempt = null;
        await WaitAsync("a backup to be granted", async () => (attempt = await _senderBridge.StartRunAsync("reporting", "backups")) is not null);
        return attempt!;
    }

    private Task<ToolRun> FeedAsync(string file) => Tool.RunAsync("sh", "-c", "cat \"$1\" > \"$2\"", "sh", file, _files.Dump);

    private async Task WaitAsync(string what, Func<Task<bool>> look)
    {
        var time = TimeProvider.System;
        for (var begun = time.GetTimestamp(); !await look(); await Task.Delay(LookEvery, time))
        {
            foreach (var node in new[] { Sender, Remote })
            {
                if (node.HasEnded)
                {
                    throw new MeasurementException($"a node ended with {node.ExitCode}: {await node.WholeOutput}");
                }
            }

            if (time.GetElapsedTime(begun) > AtMost)
            {
                throw new MeasurementException($"waited {AtMost.TotalMinutes:0} minutes in vain for {what}");
            }
        }
    }
}
