using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>What all parts of the verb need.</summary>
/// <param name="Node">The node's assembly.</param>
/// <param name="Work">Where everything goes.</param>
/// <param name="Data">The files.</param>
/// <param name="Rounds">How often each is measured.</param>
internal sealed record ShipSite(string Node, WorkDirectory Work, ShipData Data, int Rounds)
{
    private static int _places;

    public string NewPlace(string name) => Work.Sub($"{name}-{++_places}");

    /// <summary>Two fresh nodes.</summary>
    public Task<ShipPair> PairAsync(bool spare, ShapedLink? link = null) => ShipPair.StartAsync(Node, NewPlace("pair"), spare, link);

    /// <summary>The first night arrives as a whole, the remote tidies up, and the next night is measured.</summary>
    /// <param name="spare">Whether the remote keeps a spare copy.</param>
    /// <param name="link">The cable; null for loopback.</param>
    /// <param name="before">What is done before it is shipped; by default all is flushed.</param>
    public async Task<Shipping> NextNightAsync(bool spare, ShapedLink? link = null, Func<Task>? before = null)
    {
        using var pair = await PairAsync(spare, link);
        await pair.BackUpAsync(Data.FirstNight);
        await pair.ShipAsync(Data.NextNight);
        await pair.TidiedAsync();
        var shipped = await pair.ShipAsync(Data.Tiny, before);
        await CheckAsync(pair, Data.NextNight);
        return shipped;
    }

    public async Task<Shipping> FirstCopyAsync(ShapedLink? link = null)
    {
        using var pair = await PairAsync(spare: true, link);
        await pair.BackUpAsync(Data.FirstNight);
        var shipped = await pair.ShipAsync(Data.Tiny);
        await CheckAsync(pair, Data.FirstNight);
        return shipped;
    }

    /// <summary>What a peer takes, from where the file before has arrived and everything is flushed.</summary>
    public static async Task<Shipping> PeerAsync(IShipPeer peer, string? before, string file, Func<Task>? settle = null)
    {
        await peer.PrepareAsync(before);
        await (settle ?? Tool.SettleAsync)();
        return await peer.ShipAsync(file);
    }

    /// <summary>That the remote has the file, by the file's own bytes.</summary>
    public static async Task CheckAsync(ShipPair pair, string file) =>
        await Tool.RunAsync("cmp", file, Path.Combine(pair.Vault, "cvp_backup_data.old"));
}
