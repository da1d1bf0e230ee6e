using System.Buffers.Binary;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Ship;

/// <summary>The files that are shipped. They take minutes to make, so they stay in the directory that was given, or go with the run's own.</summary>
internal sealed class ShipData
{
    private const int PageBytes = 4096;

    private readonly string _directory;

    private ShipData(string directory) => _directory = directory;

    /// <summary>The database in the first night.</summary>
    public string FirstNight => In("night1.db");

    /// <summary>The same in the next.</summary>
    public string NextNight => In("night2.db");

    /// <summary>The database as text, as <c>sqlite3 .dump</c> writes it.</summary>
    public string Text => In("text.sql");

    /// <summary>The same text behind one line more.</summary>
    public string ShiftedText => In("text-shifted.sql");

    /// <summary>The shifted text behind one line more, with two rows of a thousand changed.</summary>
    public string ChangedText => In("text-changed.sql");

    /// <summary>What becomes current when the last file becomes old: next to nothing.</summary>
    public string Tiny => In("tiny");

    /// <summary>Makes the two nights where they are not there yet.</summary>
    public static ShipData Prepare(Arguments arguments, WorkDirectory work, int megabytes)
    {
        var directory = arguments.Text("directory") is { } given ? Path.Combine(Path.GetFullPath(given), $"cvp-ship-data-{megabytes}") : work.Sub("data");
        Directory.CreateDirectory(directory);
        var data = new ShipData(directory);
        File.WriteAllText(data.Tiny, "x");
        if (!File.Exists(data.NextNight))
        {
            var live = data.In("live.db");
            File.Delete(live);
            using (var calls = new ScatteredCalls(live, megabytes))
            {
                calls.BackUp(data.FirstNight);
                calls.PassNight();
                var made = data.In("making.db");
                calls.BackUp(made);
                File.Move(made, data.NextNight);
            }

            File.Delete(live);
        }

        return data;
    }

    /// <summary>Says how the two nights differ.</summary>
    public void Describe()
    {
        var (pages, changed) = Compare(FirstNight, NextNight);
        Console.WriteLine(
            $"{ScatteredCalls.Days} days of calls under random keys, {Decimal.Megabytes(new FileInfo(FirstNight).Length)}; the next night {Decimal.Megabytes(new FileInfo(NextNight).Length)}: "
            + $"{changed} of {pages} pages differ ({100.0 * changed / pages:0.0} %, {Decimal.Megabytes((long)changed * PageBytes)})");
    }

    /// <summary>Makes the three texts where they are not there yet.</summary>
    public async Task PrepareTextsAsync()
    {
        if (File.Exists(ChangedText))
        {
            return;
        }

        await Tool.RunAsync("sh", "-c", "sqlite3 \"$1\" .dump > \"$2\"", "sh", FirstNight, Text);
        await Tool.RunAsync("sh", "-c", "(echo '-- one line more'; cat \"$1\") > \"$2\"", "sh", Text, ShiftedText);
        var random = new Random(11);
        var making = In("text-making.sql");
        using (var reader = new StreamReader(ShiftedText))
        using (var writer = new StreamWriter(making))
        {
            writer.Write("-- and one more\n");
            while (reader.ReadLine() is { } line)
            {
                writer.Write(random.Next(500) == 0 && line.Length > 40 ? string.Concat(line.AsSpan(0, line.Length - 10), random.Next(10_000_000, 99_999_999).ToString("D8", null), "');") : line);
                writer.Write('\n');
            }
        }

        File.Move(making, ChangedText);
    }

    /// <summary>Writes the night's pages over and over, each stamped where it is empty so that no two are the same, until the file has so many bytes.</summary>
    public void WriteLarge(string night, string target, long bytes)
    {
        // As many pages of both nights: where a page is the same in both, it is the same in both large files, and at the same place.
        var length = (int)Math.Min(new FileInfo(FirstNight).Length, new FileInfo(NextNight).Length);
        var source = new byte[length];
        using (var read = File.OpenRead(night))
        {
            read.ReadExactly(source);
        }

        var stamp = new byte[sizeof(long) * 2];
        using var file = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        for (long at = 0, copy = 0; at < bytes; copy++)
        {
            for (var page = 0; page < source.Length && at < bytes; page += PageBytes, at += PageBytes)
            {
                var content = source.AsSpan(page, PageBytes);
                if (GapOf(content) is var (from, to) && to - from >= stamp.Length)
                {
                    BitConverter.TryWriteBytes(stamp, copy * 0x1E37_79B9_7F4A_7C15);
                    BitConverter.TryWriteBytes(stamp.AsSpan(sizeof(long)), page * 0x2545_F491_4F6C_DD1D);
                    stamp.CopyTo(content[from..]);
                }

                file.Write(content);
            }
        }
    }

    /// <summary>Pages of the larger file, and how many of them differ.</summary>
    public static (int Pages, int Changed) Compare(string one, string other)
    {
        using var first = new FileStream(one, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        using var second = new FileStream(other, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var (left, right) = (new byte[PageBytes], new byte[PageBytes]);
        int pages = 0, changed = 0;
        while (true)
        {
            var here = left.AsSpan(0, first.ReadAtLeast(left, PageBytes, throwOnEndOfStream: false));
            var there = right.AsSpan(0, second.ReadAtLeast(right, PageBytes, throwOnEndOfStream: false));
            if (here.IsEmpty && there.IsEmpty)
            {
                return (pages, changed);
            }

            pages++;
            changed += here.SequenceEqual(there) ? 0 : 1;
        }
    }

    /// <summary>What SQLite leaves free in a leaf, between its pointers and its cells; nothing for other pages.</summary>
    private static (int From, int To) GapOf(ReadOnlySpan<byte> page) =>
        page[0] is 0x0a or 0x0d ? (8 + (2 * BinaryPrimitives.ReadUInt16BigEndian(page[3..])), BinaryPrimitives.ReadUInt16BigEndian(page[5..])) : default;

    private string In(string name) => Path.Combine(_directory, name);
}
