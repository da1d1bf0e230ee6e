namespace CvpActors.Files;

/// <summary>What is free on the disk of a folder.</summary>
public static class FreeSpace
{
    /// <summary>In bytes, for this user; null where it cannot be told.</summary>
    public static long? At(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
