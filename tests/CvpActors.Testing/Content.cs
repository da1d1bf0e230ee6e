namespace CvpActors.Testing;

/// <summary>Files that resemble backups: pages of which some change from night to night.</summary>
public static class Content
{
    private const int PageBytes = 4096;

    /// <summary>A file of so many pages that says that it is SQLite's.</summary>
    public static byte[] Pages(int count, int seed) => AsSqlite(Noise(count * PageBytes, seed));

    /// <summary>The file with one page in ten changed.</summary>
    public static byte[] Changed(byte[] file, int seed)
    {
        var changed = (byte[])file.Clone();
        for (var page = 1 + (seed % 10); page < file.Length / PageBytes; page += 10)
        {
            Noise(200, seed + page).CopyTo(changed, page * PageBytes);
        }

        return changed;
    }

    /// <summary>The file with the head of one of SQLite's, if it is long enough to have one.</summary>
    public static byte[] AsSqlite(byte[] bytes)
    {
        if (bytes.Length < 100)
        {
            return bytes;
        }

        var file = (byte[])bytes.Clone();
        "SQLite format 3\0"u8.CopyTo(file);
        (file[16], file[17]) = (0x10, 0);
        return file;
    }

    /// <summary>Bytes that do not compress, the same for the same seed.</summary>
    public static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
