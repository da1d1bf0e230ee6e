using System.Globalization;
using System.Text.RegularExpressions;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>One measurement.</summary>
/// <param name="Elapsed">Until the file is there and flushed.</param>
/// <param name="Bytes">What travelled, both ways; for a repository by how much it grew.</param>
internal sealed record Shipping(TimeSpan Elapsed, long Bytes);

/// <summary>Another way to bring a file elsewhere.</summary>
internal interface IShipPeer
{
    string Name { get; }

    /// <summary>Brings it to where the file before has arrived; null when nothing has.</summary>
    Task PrepareAsync(string? before);

    Task<Shipping> ShipAsync(string file);
}

/// <summary>The floor: a copy, flushed.</summary>
internal sealed class CopyPeer(string place) : IShipPeer
{
    private readonly string _target = Path.Combine(place, "copy");

    public string Name => "cp + sync (the floor)";

    public async Task PrepareAsync(string? before)
    {
        File.Delete(_target);
        if (before is not null)
        {
            await Tool.RunAsync("cp", before, _target);
        }
    }

    public async Task<Shipping> ShipAsync(string file)
    {
        var copied = await Tool.RunAsync("cp", file, _target);
        var flushed = await Tool.RunAsync("sync", _target);
        return new Shipping(copied.Elapsed + flushed.Elapsed, new FileInfo(file).Length);
    }
}

/// <summary>rsync to a daemon.</summary>
internal sealed partial class RsyncPeer(string name, RsyncDaemon daemon, ShapedLink? link, params string[] options) : IShipPeer
{
    private const string Target = "database";

    public static readonly string[] Tuned = ["--inplace", "--no-whole-file", "--block-size=4096", "-z", "--compress-choice=zstd"];

    public string Name => name;

    private string Arrived => Path.Combine(daemon.Files, Target);

    public async Task PrepareAsync(string? before)
    {
        File.Delete(Arrived);
        if (before is not null)
        {
            await Tool.RunAsync("cp", before, Arrived);
        }
    }

    public async Task<Shipping> ShipAsync(string file)
    {
        string[] command = [.. link?.Launcher(1) ?? [], "rsync", "--stats", "--ignore-times", .. options, file, daemon.Url(Target)];
        var sent = await Tool.RunAsync(command[0], command[1..]);
        var flushed = await Tool.RunAsync("sync", Arrived);
        await Tool.RunAsync("cmp", file, Arrived);
        return new Shipping(sent.Elapsed + flushed.Elapsed, TotalBytes().Matches(sent.Output).Sum(m => long.Parse(m.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"^Total bytes (?:sent|received): ([\d,]+)", RegexOptions.Multiline)]
    private static partial Regex TotalBytes();
}

/// <summary>A program with a repository in which the same pieces are kept once.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="place">Where its repositories go.</param>
/// <param name="create">Makes an empty repository; <c>{repository}</c> stands for its directory, <c>{cache}</c> for that of the program's own cache.</param>
/// <param name="store">Stores <c>{file}</c>, in an archive called <c>{archive}</c> where it wants a name.</param>
internal sealed class RepositoryPeer(string name, string place, string create, string store) : IShipPeer
{
    private readonly Dictionary<string, string> _begun = [];
    private readonly string _state = Path.Combine(place, name.Split(' ')[0]);
    private int _archives;

    public string Name => name;

    private string Repository => Path.Combine(_state, "repository");

    public static RepositoryPeer Restic(string place) => new(
        "restic (local repository)",
        place,
        "env RESTIC_PASSWORD=x RESTIC_CACHE_DIR={cache} restic init -q -r {repository}",
        "env RESTIC_PASSWORD=x RESTIC_CACHE_DIR={cache} restic backup -q -r {repository} {file}");

    public static RepositoryPeer Borg(string place) => new(
        "borg (local repository)",
        place,
        "env BORG_BASE_DIR={cache} borg init -e none {repository}",
        "env BORG_BASE_DIR={cache} borg create {repository}::{archive} {file}");

    public async Task PrepareAsync(string? before)
    {
        if (Directory.Exists(_state))
        {
            Directory.Delete(_state, recursive: true);
        }

        if (_begun.GetValueOrDefault(before ?? "") is not { } begun)
        {
            Directory.CreateDirectory(_state);
            await RunAsync(create, null);
            if (before is not null)
            {
                await RunAsync(store, before);
            }

            begun = $"{_state}.begun{_begun.Count}";
            Directory.Move(_state, begun);
            _begun[before ?? ""] = begun;
        }

        await Tool.RunAsync("cp", "-a", begun, _state);
    }

    public async Task<Shipping> ShipAsync(string file)
    {
        var before = await Disk.UsedAsync(Repository);
        var stored = await RunAsync(store, file);
        var flushed = await Tool.RunAsync("sync", "-f", Repository);
        return new Shipping(stored.Elapsed + flushed.Elapsed, await Disk.UsedAsync(Repository) - before);
    }

    private Task<ToolRun> RunAsync(string line, string? file)
    {
        string[] words = [.. line.Split(' ').Select(word => word
            .Replace("{repository}", Repository, StringComparison.Ordinal)
            .Replace("{cache}", Path.Combine(_state, "cache"), StringComparison.Ordinal)
            .Replace("{archive}", $"night{++_archives}", StringComparison.Ordinal)
            .Replace("{file}", file, StringComparison.Ordinal))];
        return Tool.RunAsync(words[0], words[1..]);
    }
}

/// <summary>Room on the disk.</summary>
internal static class Disk
{
    private const string DropCaches = "/proc/sys/vm/drop_caches";

    /// <summary>What a directory takes, a file of several names once.</summary>
    public static async Task<long> UsedAsync(string directory) =>
        long.Parse((await Tool.RunAsync("du", "-s", "-B1", directory)).Output.Split('\t')[0], CultureInfo.InvariantCulture);

    /// <summary>Flushes all, and forgets what memory holds of files.</summary>
    public static async Task ForgetAsync()
    {
        await Tool.SettleAsync();
        await File.WriteAllTextAsync(DropCaches, "3");
    }
}
