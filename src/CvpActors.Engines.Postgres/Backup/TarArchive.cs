using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>One file of a base backup's stream.</summary>
/// <param name="Offset">Where its content begins, in bytes from the stream's start.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Checksum">CRC-32C of its content.</param>
internal sealed record TarFile(long Offset, long Bytes, uint Checksum);

/// <summary>
/// What is in the tar stream of a base backup: ustar, as PostgreSQL writes it (names of less than 100 bytes, no extensions). Read from front to end
/// once, in little memory.
/// </summary>
internal sealed class TarArchive
{
    public const string ManifestName = "backup_manifest";
    public const int Block = 512;

    private const int BufferBytes = 1 << 20;
    private const int LongestManifest = 1 << 30;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];

    private TarArchive(Stream stream) => _stream = stream;

    /// <summary>The plain files by their names; the manifest is not one of them.</summary>
    public Dictionary<string, TarFile> Files { get; } = new(StringComparer.Ordinal);

    public byte[] Manifest { get; private set; } = [];

    /// <exception cref="InvalidDataException">It is no such stream, or not all of one.</exception>
    public static TarArchive Read(Stream stream, CancellationToken cancellation)
    {
        var archive = new TarArchive(stream);
        stream.Position = 0;
        while (archive.ReadEntry(cancellation))
        {
        }

        archive.ReadEnd();
        return archive.Manifest.Length > 0 ? archive : throw new InvalidDataException($"the stream has no {ManifestName}: it is not all of a backup");
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Null at the stream's end mark.</returns>
    public static (string Name, long Bytes, char Type, int Mode)? ReadHeader(Stream stream, byte[] header)
    {
        if (stream.ReadAtLeast(header.AsSpan(0, Block), Block, throwOnEndOfStream: false) < Block)
        {
            throw new InvalidDataException("the stream is cut off: its end mark is missing");
        }

        if (!header.AsSpan(0, Block).ContainsAnyExcept((byte)0))
        {
            return null;
        }

        var sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        var name = Encoding.UTF8.GetString(header.AsSpan(0, 100)).TrimEnd('\0');
        return sum == Octal(header.AsSpan(148, 8)) && header.AsSpan(257, 5).SequenceEqual("ustar"u8)
            ? (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, Octal(header.AsSpan(124, 12)), (char)header[156], (int)Octal(header.AsSpan(100, 8)))
            : throw new InvalidDataException($"the stream has no header at {stream.Position - Block}");
    }

    /// <summary>What a file's content is filled up with.</summary>
    public static long Padding(long bytes) => (Block - (bytes % Block)) % Block;

    public static uint Checksum(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }

    private static long Octal(ReadOnlySpan<byte> field)
    {
        // Lengths that eleven octal digits do not hold are written as a number with the first bit set.
        if ((field[0] & 0x80) != 0)
        {
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }

        var number = 0L;
        foreach (var digit in field)
        {
            number = digit is >= (byte)'0' and <= (byte)'7' ? (number * 8) + (digit - '0') : number;
        }

        return number;
    }

    private bool ReadEntry(CancellationToken cancellation)
    {
        if (ReadHeader(_stream, _buffer) is not { } entry)
        {
            return false;
        }

        if (entry.Name == ManifestName)
        {
            if (entry.Bytes is 0 or > LongestManifest)
            {
                throw new InvalidDataException($"{ManifestName} has {entry.Bytes} bytes");
            }

            Manifest = new byte[entry.Bytes];
            _stream.ReadExactly(Manifest);
        }
        else if (entry.Type is '0' or '\0')
        {
            var offset = _stream.Position;
            if (!Files.TryAdd(entry.Name, new TarFile(offset, entry.Bytes, ReadContent(entry.Name, entry.Bytes, cancellation))))
            {
                throw new InvalidDataException($"{entry.Name} is in the stream twice");
            }
        }
        else if (entry.Type != '5')
        {
            throw new InvalidDataException($"{entry.Name} is of type \"{entry.Type}\"; allowed: files and folders");
        }

        _stream.Position += Padding(entry.Type == '5' ? 0 : entry.Bytes);
        return true;
    }

    private uint ReadContent(string name, long bytes, CancellationToken cancellation)
    {
        var crc = uint.MaxValue;
        for (var left = bytes; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = _stream.Read(_buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length)));
            if (read == 0)
            {
                throw new InvalidDataException($"the stream is cut off within {name}");
            }

            crc = Checksum(crc, _buffer.AsSpan(0, read));
            left -= read;
        }

        return ~crc;
    }

    /// <summary>After the first block of the end mark there is at least another one, and nothing but such.</summary>
    private void ReadEnd()
    {
        var read = 0L;
        for (int more; (more = _stream.Read(_buffer)) > 0; read += more)
        {
            if (_buffer.AsSpan(0, more).ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException("something stands behind the stream's end mark");
            }
        }

        if (read < Block)
        {
            throw new InvalidDataException("the stream is cut off within its end mark");
        }
    }
}
