using System.Buffers.Binary;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// Whether each page of a dump is used exactly once: in one of the trees, in a row too long for its page, on the free list, or by SQLite itself. That is what a check table
/// by table cannot see: a page that belongs to two tables, or to none. Follows SQLite's file format, https://www.sqlite.org/fileformat2.html.
/// </summary>
internal sealed class PageAccounting : IDisposable
{
    private const int HeaderBytes = 100;
    private const int TableInterior = 5;
    private const int TableLeaf = 13;
    private const int IndexInterior = 2;
    private const int IndexLeaf = 10;
    private const long LockByte = 0x40000000;
    private const int FindingsTold = 10;

    private readonly string _path;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly byte[] _header = new byte[HeaderBytes];
    private readonly byte[] _page;
    private readonly ulong[] _used;
    private readonly long _pages;
    private readonly int _usable;
    private readonly Stack<long> _toVisit = new();

    private PageAccounting(string path)
    {
        _path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);
        if (RandomAccess.Read(_file, _header, 0) < HeaderBytes)
        {
            throw Damage("it is shorter than a header");
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(16));
        size = size == 1 ? 65536 : size;
        var length = RandomAccess.GetLength(_file);
        if (size < 512 || length % size != 0)
        {
            throw Damage($"its length of {length} bytes is no number of pages of {size}");
        }

        _usable = size - _header[20];
        _pages = length / size;
        _page = new byte[size];
        _used = new ulong[(_pages / 64) + 1];
    }

    /// <param name="path">The dump.</param>
    /// <param name="roots">The first page of every tree.</param>
    /// <param name="cancellation">Heard between two pages.</param>
    /// <exception cref="SqliteDatabaseException">A page is used twice or never, or points out of the file.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Check(string path, IReadOnlyList<long> roots, CancellationToken cancellation)
    {
        using var accounting = new PageAccounting(path);
        try
        {
            accounting.CountOwn();
            accounting.CountFree(cancellation);
            foreach (var root in roots)
            {
                accounting.CountTree(root, cancellation);
            }
        }
        catch (Exception cause) when (cause is ArgumentOutOfRangeException or OverflowException)
        {
            throw accounting.Damage("a page of it is not well-formed");
        }

        accounting.RefuseLeftOver();
    }

    public void Dispose() => _file.Dispose();

    private void CountOwn()
    {
        var locked = (LockByte / _page.Length) + 1;
        if (locked <= _pages)
        {
            Use(locked);
        }

        // Files with auto-vacuum have pages of back pointers at fixed places.
        if (BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(52)) != 0)
        {
            for (long pointers = 2; pointers <= _pages; pointers += (_usable / 5) + 1)
            {
                if (pointers != locked)
                {
                    Use(pointers);
                }
                else if (pointers < _pages)
                {
                    Use(pointers + 1);
                }
            }
        }
    }

    private void CountFree(CancellationToken cancellation)
    {
        long counted = 0;
        for (long trunk = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(32)); trunk != 0; trunk = BinaryPrimitives.ReadUInt32BigEndian(_page))
        {
            cancellation.ThrowIfCancellationRequested();
            Use(trunk);
            Read(trunk);
            var leaves = (int)BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(4));
            for (var leaf = 0; leaf < leaves; leaf++)
            {
                Use(BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(8 + (4 * leaf))));
            }

            counted += 1 + leaves;
        }

        if (counted != BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(36)))
        {
            throw Damage($"its free list has {counted} pages and not as many as its header says");
        }
    }

    private void CountTree(long root, CancellationToken cancellation)
    {
        _toVisit.Push(root);
        while (_toVisit.TryPop(out var number))
        {
            cancellation.ThrowIfCancellationRequested();
            Use(number);
            Read(number);
            var start = number == 1 ? HeaderBytes : 0;
            var kind = _page[start];
            var interior = kind is TableInterior or IndexInterior;
            if (!interior && kind is not (TableLeaf or IndexLeaf))
            {
                throw Damage($"page {number} is no page of a tree");
            }

            int cells = BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(start + 3));
            for (var cell = 0; cell < cells; cell++)
            {
                CountCell(kind, BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(start + (interior ? 12 : 8) + (2 * cell))));
            }

            if (interior)
            {
                _toVisit.Push(BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(start + 8)));
            }
        }
    }

    private void CountCell(int kind, int at)
    {
        if (kind is TableInterior or IndexInterior)
        {
            _toVisit.Push(BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(at)));
            at += 4;
        }

        if (kind == TableInterior)
        {
            return;
        }

        var payload = Varint(ref at);
        var most = kind == TableLeaf ? _usable - 35 : ((_usable - 12) * 64 / 255) - 23;
        if (kind == TableLeaf)
        {
            Varint(ref at);
        }

        if (payload <= most)
        {
            return;
        }

        var least = ((_usable - 12) * 32 / 255) - 23;
        var here = least + ((payload - least) % (_usable - 4));
        here = here <= most ? here : least;
        CountOverflow(BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(checked((int)(at + here)))), payload - here);
    }

    private void CountOverflow(long number, long bytes)
    {
        Span<byte> next = stackalloc byte[4];
        for (; bytes > 0; bytes -= _usable - 4)
        {
            Use(number);
            RandomAccess.Read(_file, next, (number - 1) * _page.Length);
            number = BinaryPrimitives.ReadUInt32BigEndian(next);
        }
    }

    private long Varint(ref int at)
    {
        long value = 0;
        for (var i = 0; i < 8; i++)
        {
            var next = _page.AsSpan(at++)[0..1][0];
            value = (value << 7) | (uint)(next & 0x7f);
            if (next < 0x80)
            {
                return value;
            }
        }

        return (value << 8) | _page.AsSpan(at++)[0..1][0];
    }

    private void Use(long number)
    {
        if (number < 1 || number > _pages)
        {
            throw Damage($"it points to page {number} of {_pages}");
        }

        var (word, bit) = (number >> 6, 1UL << (int)(number & 63));
        if ((_used[word] & bit) != 0)
        {
            throw Damage($"page {number} is used twice");
        }

        _used[word] |= bit;
    }

    private void Read(long number)
    {
        if (RandomAccess.Read(_file, _page, (number - 1) * _page.Length) != _page.Length)
        {
            throw Damage($"page {number} cannot be read");
        }
    }

    private void RefuseLeftOver()
    {
        var unused = new List<long>();
        for (long number = 1; number <= _pages && unused.Count < FindingsTold; number++)
        {
            if ((_used[number >> 6] & (1UL << (int)(number & 63))) == 0)
            {
                unused.Add(number);
            }
        }

        if (unused.Count > 0)
        {
            throw Damage($"pages are never used: {string.Join(", ", unused)}");
        }
    }

    private SqliteDatabaseException Damage(string what) => new($"{_path} is damaged: {what}");
}
