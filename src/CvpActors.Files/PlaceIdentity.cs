namespace CvpActors.Files;

/// <summary>Which file or folder a path means, however it is written.</summary>
public static class PlaceIdentity
{
    private const int MostLinks = 40;

    /// <summary>
    /// Equal for two paths that lead to one file or folder: by device and inode where the system tells them, so that hard links and mounts of
    /// one folder in two places are seen through, else by <see cref="Resolve"/>.
    /// </summary>
    public static string Of(string path) => FileStatus.TryRead(path)?.Identity ?? Resolve(path);

    /// <summary>The absolute path with no symbolic link in it. What is not there yet is taken as it is written.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Resolve(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var followed = 0; followed <= MostLinks; followed++)
        {
            if (FirstLink(full) is not { } link)
            {
                return full;
            }

            var (at, target) = link;
            var rest = full[at.Length..].TrimStart(Path.DirectorySeparatorChar);
            full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(at)!, target, rest)));
        }

        throw new IOException($"{path} leads in a circle of symbolic links");
    }

    private static (string At, string Target)? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!;
        for (var end = root.Length; end < full.Length;)
        {
            var next = full.IndexOf(Path.DirectorySeparatorChar, end);
            next = next < 0 ? full.Length : next;
            var part = full[..next];
            if (new FileInfo(part).LinkTarget is { } target)
            {
                return (part, target);
            }

            end = next + 1;
        }

        return null;
    }
}
