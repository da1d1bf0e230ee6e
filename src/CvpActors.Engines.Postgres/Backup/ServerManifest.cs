using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>From which place in the WAL to which a backup needs it.</summary>
internal sealed record WalRange(uint Timeline, ulong Start, ulong End);

/// <summary>
/// What the server says that a base backup holds (PostgreSQL's manual, "Backup Manifest Format", version 1; version 2 adds an id of the system).
/// </summary>
internal sealed class ServerManifest
{
    private const string ChecksumKey = "\"Manifest-Checksum\"";
    private const string WalFolder = "pg_wal/";

    private readonly Dictionary<string, (long Bytes, string Algorithm, string Checksum)> _files = new(StringComparer.Ordinal);

    public List<WalRange> WalRanges { get; } = [];

    /// <exception cref="InvalidDataException">It is damaged, or not one that is known here.</exception>
    public static ServerManifest Read(byte[] bytes)
    {
        var manifest = new ServerManifest();
        try
        {
            using var json = JsonDocument.Parse(bytes);
            CheckOwnSum(bytes, json.RootElement.GetProperty("Manifest-Checksum").GetString());
            foreach (var file in json.RootElement.GetProperty("Files").EnumerateArray())
            {
                var name = file.TryGetProperty("Path", out var path) ? path.GetString()! : Encoding.Latin1.GetString(Convert.FromHexString(file.GetProperty("Encoded-Path").GetString()!));
                manifest._files[name] = (
                    file.GetProperty("Size").GetInt64(),
                    file.TryGetProperty("Checksum-Algorithm", out var algorithm) ? algorithm.GetString()! : "",
                    file.TryGetProperty("Checksum", out var checksum) ? checksum.GetString()! : "");
            }

            manifest.WalRanges.AddRange(json.RootElement.GetProperty("WAL-Ranges").EnumerateArray().Select(range => new WalRange(
                range.GetProperty("Timeline").GetUInt32(), Place(range.GetProperty("Start-LSN").GetString()!), Place(range.GetProperty("End-LSN").GetString()!))));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{TarArchive.ManifestName} cannot be read: {e.Message}", e);
        }

        return manifest._files.Count > 0 && manifest.WalRanges.Count > 0 ? manifest : throw new InvalidDataException($"{TarArchive.ManifestName} names no files or no WAL");
    }

    /// <summary>Compares with what is in the stream. Segments of WAL are in no manifest; they are looked at by <see cref="WalChain"/>.</summary>
    /// <exception cref="InvalidDataException">A file is missing, is another, or is not in the manifest.</exception>
    public void Compare(IReadOnlyDictionary<string, TarFile> there)
    {
        foreach (var (name, said) in _files)
        {
            if (!there.TryGetValue(name, out var file))
            {
                throw new InvalidDataException($"{name} is in the manifest and not in the stream");
            }

            if (file.Bytes != said.Bytes)
            {
                throw new InvalidDataException($"{name} has {file.Bytes} bytes, and {said.Bytes} by the manifest");
            }

            // The server writes the four bytes of a CRC in the order in which they lie in memory.
            var sum = Convert.ToHexStringLower(BitConverter.GetBytes(file.Checksum));
            if (said.Algorithm != "CRC32C" || said.Checksum != sum)
            {
                throw new InvalidDataException($"{name} has the CRC32C checksum {sum}, and {said.Algorithm} {said.Checksum} by the manifest");
            }
        }

        if (there.Keys.FirstOrDefault(name => !_files.ContainsKey(name) && !name.StartsWith(WalFolder, StringComparison.Ordinal)) is { } extra)
        {
            throw new InvalidDataException($"{extra} is in the stream and not in the manifest");
        }
    }

    private static void CheckOwnSum(byte[] bytes, string? said)
    {
        var at = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(ChecksumKey));
        var line = bytes.AsSpan(0, Math.Max(at, 0)).LastIndexOf((byte)'\n') + 1;
        if (Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, line))) != said)
        {
            throw new InvalidDataException($"{TarArchive.ManifestName} does not match its own checksum");
        }
    }

    /// <summary>16/B374D848: two halves of 32 bits.</summary>
    private static ulong Place(string text)
    {
        var halves = text.Split('/');
        return halves.Length == 2
            ? (ulong.Parse(halves[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32) | uint.Parse(halves[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : throw new FormatException($"\"{text}\" is no place in the WAL");
    }
}
