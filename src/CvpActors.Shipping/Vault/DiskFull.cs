namespace CvpActors.Shipping.Vault;

/// <summary>The error of a disk without room.</summary>
internal static class DiskFull
{
    // ERROR_DISK_FULL and ENOSPC, as .NET numbers them.
    private static readonly int Number = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    /// <summary>Whether it is that one.</summary>
    public static bool Is(IOException cause) => cause.HResult == Number;
}
