namespace CvpActors.Benchmarks.Support;

/// <summary>The working copy that this program was built from.</summary>
internal static class WorkingCopy
{
    /// <summary>Its top folder; null when this program has been moved elsewhere.</summary>
    public static string? Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CvpActors.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName;
        }
    }
}
