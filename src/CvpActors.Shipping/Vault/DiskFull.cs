namespace CvpActors.Shipping.Vault;

/// <summary>The error of a disk without room.</summary>
internal static class DiskFull
{
    // ERROR_DISK_FULL and ENOSPC, as .NET numbers them.
    private static readonly int Number = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    /// <summary>Whether it is that one, or has it for a cause.</summary>
    public static bool Is(Exception cause)
    {
        for (var one = cause; one is not null; one = one.InnerException)
        {
            if (one is IOException { HResult: var number } && number == Number)
            {
                return true;
            }
        }

        return false;
    }
}
