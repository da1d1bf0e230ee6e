namespace CvpActors.Shipping.Tests;

/// <summary>Files that resemble backups: pages of which some change from night to night.</summary>
internal static class Content
{
    private const int PageBytes = 4096;

    /// <summary>A file of so many pages that says that it is SQLite's.</summary>
    public static byte[] Pages(int count, int seed)
    {
        var file = Noise(count * PageBytes, seed);
        "SQLite format 3\0"u8.CopyTo(file);
        (file[16], file[17]) = (0x10, 0);
        return file;
    }

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

    public static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
