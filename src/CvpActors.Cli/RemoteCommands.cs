using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;

namespace CvpActors.Cli;

/// <summary><c>cvpctl generations</c> and <c>cvpctl fetch</c>: what remotes hold, and one generation as a plain file.</summary>
internal static class RemoteCommands
{
    private static readonly string[] Heads = ["REMOTE", "GENERATION", "BACKUP OF", "BYTES", "STORED", "VERIFIED", ""];

    public static Command CreateGenerations()
    {
        var database = new Argument<string>("database") { Description = "The database's id.", HelpName = "DB" };
        var (remote, url) = (RemoteOption(), NodeOption.Create());
        var command = new Command("generations", "Lists the generations of a database that remotes hold, newest first.") { database, remote, url };
        command.SetAction((parsed, cancellation) => Asking.RunAsync(
            Console.Error, () => ListAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(database), parsed.GetValue(remote), Console.Out, cancellation)));
        return command;
    }

    public static Command CreateFetch()
    {
        var generation = new Argument<string>("generation") { Description = "The database's id and the generation's number, as in reporting@12; without @N the newest.", HelpName = "DB[@N]" };
        var to = new Option<string?>("--to") { Description = "The file to be made; it must not be there. Without it: DB@N in the current directory.", HelpName = "FILE" };
        var (remote, url) = (RemoteOption(), NodeOption.Create());
        var command = new Command("fetch", "Fetches one generation of a database from a remote as a plain file, and verifies its SHA-256.") { generation, remote, to, url };
        command.SetAction((parsed, cancellation) => Asking.RunAsync(Console.Error, () => FetchAsync(
            parsed.GetRequiredValue(url), parsed.GetRequiredValue(generation), parsed.GetValue(remote), parsed.GetValue(to), Console.Out, cancellation)));
        return command;
    }

    /// <returns>0, with a line for each generation to <paramref name="output"/>.</returns>
    internal static async Task<int> ListAsync(Uri url, string database, string? remote, TextWriter output, CancellationToken cancellation)
    {
        using var node = new NodeClient(url);
        var table = new List<string[]> { Heads };
        foreach (var name in await RemotesAsync(node, remote, cancellation))
        {
            table.AddRange((await node.GenerationsAsync(name, database, cancellation)).Select(g => new[]
            {
                name,
                g.Generation.ToString(CultureInfo.InvariantCulture),
                $"{g.CompletedAt:u}",
                g.Bytes.ToString(CultureInfo.InvariantCulture),
                g.StoredBytes.ToString(CultureInfo.InvariantCulture),
                $"{g.VerifiedAt:u}",
                g.Damage ?? (g.LockedUntil is { } until ? $"locked until {until:u}" : g.Plain ? "plain file" : ""),
            }));
        }

        await output.WriteAsync(TextTable.Of(table));
        return ExitCodes.Ok;
    }

    /// <returns>0, with the file's name to <paramref name="output"/>.</returns>
    /// <exception cref="RefusedException">There is no such generation, or what came is not it; no file is left.</exception>
    internal static async Task<int> FetchAsync(Uri url, string wanted, string? remote, string? to, TextWriter output, CancellationToken cancellation)
    {
        var (database, number) = Parse(wanted);
        using var node = new NodeClient(url);
        foreach (var name in await RemotesAsync(node, remote, cancellation))
        {
            var held = await node.GenerationsAsync(name, database, cancellation);
            if (held.FirstOrDefault(g => number is null || g.Generation == number) is not { } generation)
            {
                continue;
            }

            var file = Path.GetFullPath(to ?? string.Create(CultureInfo.InvariantCulture, $"{database}@{generation.Generation}"));
            await DownloadAsync(node, name, database, generation, file, cancellation);
            await output.WriteLineAsync($"{file}: generation {generation.Generation} of {database} from {name}, {generation.Bytes} bytes, SHA-256 verified");
            return ExitCodes.Ok;
        }

        throw new RefusedException($"no remote holds {(number is null ? "a generation" : $"generation {number}")} of {database}; see cvpctl generations {database}");
    }

    private static async Task DownloadAsync(NodeClient node, string remote, string database, GenerationBody generation, string file, CancellationToken cancellation)
    {
        // A file that is there may be the last copy of something.
        if (File.Exists(file))
        {
            throw new RefusedException($"{file} is there already; name another with --to, or move it away");
        }

        var temporary = file + ".partial";
        try
        {
            string sha256;
            await using (var target = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            await using (var source = await node.OpenGenerationAsync(remote, database, generation.Generation, cancellation))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[1 << 20];
                for (int read; (read = await source.ReadAsync(buffer, cancellation)) > 0;)
                {
                    hash.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
                }

                target.Flush(flushToDisk: true);
                sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            if (sha256 != generation.Sha256)
            {
                throw new RefusedException($"what {remote} sent has the SHA-256 {sha256} instead of {generation.Sha256}; nothing was kept");
            }

            File.Move(temporary, file);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<IReadOnlyList<string>> RemotesAsync(NodeClient node, string? remote, CancellationToken cancellation) =>
        remote is not null ? [remote] : [.. (await node.RemotesAsync(cancellation)).Select(r => r.Name)];

    private static (string Database, long? Generation) Parse(string wanted)
    {
        var at = wanted.LastIndexOf('@');
        if (at < 0)
        {
            return (wanted, null);
        }

        return long.TryParse(wanted[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && at > 0
            ? (wanted[..at], number)
            : throw new RefusedException($"\"{wanted}\" names no generation; allowed: DB or DB@N, such as reporting@12");
    }

    private static Option<string?> RemoteOption() => new("--remote") { Description = "At this remote only. Without it: all of them.", HelpName = "REMOTE" };
}
