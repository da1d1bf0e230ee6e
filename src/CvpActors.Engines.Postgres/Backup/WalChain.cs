using System.Buffers.Binary;

namespace CvpActors.Engines.Postgres.Backup;

/// <summary>
/// Follows the WAL of a backup record by record, as recovery will: each page must be of the place where it stands, and each record must match its
/// CRC-32C. The format is that of PostgreSQL's <c>xlog_internal.h</c> and <c>xlogrecord.h</c>, the same from 15 to 18.
/// </summary>
internal sealed class WalChain
{
    private const int ShortHeader = 24;
    private const int LongHeader = 40;
    private const int RecordHeader = 24;
    private const int ChecksumAt = 20;
    private const int Aligned = 8;
    private const uint LongestRecord = 1 << 30;

    /// <summary>Resource manager XLOG, and its record that ends a segment early.</summary>
    private const byte XlogManager = 0;
    private const byte SwitchRecord = 0x40;

    private readonly Stream _stream;
    private readonly IReadOnlyDictionary<string, TarFile> _files;
    private readonly WalRange _range;
    private readonly ulong _segmentBytes;
    private readonly byte[] _page;
    private ulong _pageAt = ulong.MaxValue;

    /// <exception cref="InvalidDataException">There is no WAL at all.</exception>
    public WalChain(Stream stream, IReadOnlyDictionary<string, TarFile> files, WalRange range)
    {
        _stream = stream;
        _files = files;
        _range = range;
        var first = files.FirstOrDefault(file => IsSegment(file.Key)).Value ?? throw new InvalidDataException("the stream has no WAL: a restore could not make it consistent");
        _segmentBytes = (ulong)first.Bytes;
        var header = new byte[LongHeader];
        _stream.Position = first.Offset;
        _stream.ReadExactly(header);
        var pageBytes = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(36));
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(32)) != _segmentBytes || pageBytes is < 1024 or > 65536 || _segmentBytes % pageBytes != 0)
        {
            throw new InvalidDataException("the first segment of WAL has no header");
        }

        _page = new byte[pageBytes];
    }

    private ulong PageBytes => (ulong)_page.Length;

    /// <exception cref="InvalidDataException">A segment or a record is missing or damaged; says which.</exception>
    public void Check(CancellationToken cancellation)
    {
        var record = Array.Empty<byte>();
        for (var place = _range.Start; place < _range.End;)
        {
            cancellation.ThrowIfCancellationRequested();
            Load(place);
            if (place % PageBytes == 0)
            {
                place += HeaderBytes;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan((int)(place % PageBytes)));
            if (length is < RecordHeader or > LongestRecord)
            {
                throw Broken(place, "there is no record");
            }

            if (record.Length < length)
            {
                record = new byte[length];
            }

            var next = Gather(place, record.AsSpan(0, (int)length));
            CheckSum(place, record.AsSpan(0, (int)length));
            place = IsSwitch(record) ? ((next + _segmentBytes - 1) / _segmentBytes) * _segmentBytes : next;
        }
    }

    private static bool IsSegment(string name) =>
        name.StartsWith("pg_wal/", StringComparison.Ordinal) && name.Length == "pg_wal/".Length + 24 && name["pg_wal/".Length..].All(char.IsAsciiHexDigitUpper);

    private static bool IsSwitch(byte[] record) => record[17] == XlogManager && (record[16] & 0xF0) == SwitchRecord;

    private int FlagsOfPage => BinaryPrimitives.ReadUInt16LittleEndian(_page.AsSpan(2));

    private ulong HeaderBytes => (FlagsOfPage & 2) != 0 ? LongHeader : (ulong)ShortHeader;

    /// <summary>Copies a record, which may go over any number of pages, without their headers.</summary>
    /// <returns>Where the next one begins.</returns>
    private ulong Gather(ulong place, Span<byte> record)
    {
        var start = place;
        while (true)
        {
            var inPage = (int)(place % PageBytes);
            var take = Math.Min(record.Length, _page.Length - inPage);
            _page.AsSpan(inPage, take).CopyTo(record);
            record = record[take..];
            place += (ulong)take;
            if (record.IsEmpty)
            {
                return (place + Aligned - 1) / Aligned * Aligned;
            }

            Load(place);
            if ((FlagsOfPage & 1) == 0 || BinaryPrimitives.ReadUInt32LittleEndian(_page.AsSpan(16)) != record.Length)
            {
                throw Broken(start, "the record does not go on, on its next page");
            }

            place += HeaderBytes;
        }
    }

    private static void CheckSum(ulong place, ReadOnlySpan<byte> record)
    {
        var crc = TarArchive.Checksum(uint.MaxValue, record[RecordHeader..]);
        crc = ~TarArchive.Checksum(crc, record[..ChecksumAt]);
        if (crc != BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]))
        {
            throw Broken(place, "the record does not match its checksum");
        }
    }

    /// <summary>Reads the page that a place is in.</summary>
    private void Load(ulong place)
    {
        var at = place / PageBytes * PageBytes;
        if (at == _pageAt)
        {
            return;
        }

        var segment = place / _segmentBytes;
        var perId = 0x1_0000_0000UL / _segmentBytes;
        var name = $"pg_wal/{_range.Timeline:X8}{segment / perId:X8}{segment % perId:X8}";
        if (!_files.TryGetValue(name, out var file) || (ulong)file.Bytes != _segmentBytes)
        {
            throw new InvalidDataException($"{name} is missing in the stream: the WAL of the backup is not whole");
        }

        _stream.Position = file.Offset + (long)(at % _segmentBytes);
        _stream.ReadExactly(_page);
        _pageAt = at;
        if (BinaryPrimitives.ReadUInt64LittleEndian(_page.AsSpan(8)) != at)
        {
            throw Broken(at, "the page is of another place");
        }
    }

    private static InvalidDataException Broken(ulong place, string what) => new($"the WAL breaks off at {place >> 32:X}/{place & uint.MaxValue:X}: {what}");
}
