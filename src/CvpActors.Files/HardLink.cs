using System.Runtime.InteropServices;

namespace CvpActors.Files;

/// <summary>A second name for the same bytes, made in constant time whatever the file's length.</summary>
public static partial class HardLink
{
    // EPERM, EXDEV, EMLINK, ENOSYS and EOPNOTSUPP (whose number differs): FAT, some network shares, folders across devices.
    private static readonly int[] CannotOnUnix = OperatingSystem.IsMacOS() ? [1, 18, 31, 78, 45, 102] : [1, 18, 31, 38, 95];

    // ERROR_INVALID_FUNCTION, ERROR_NOT_SAME_DEVICE, ERROR_NOT_SUPPORTED, ERROR_TOO_MANY_LINKS.
    private static readonly int[] CannotOnWindows = [1, 17, 50, 1142];

    /// <summary>Gives <paramref name="existing"/> the second name <paramref name="name"/>, which must be free.</summary>
    /// <returns>False where the file system has no hard links; the caller copies instead.</returns>
    /// <exception cref="IOException">Any other failure; the message names both files.</exception>
    public static bool TryCreate(string existing, string name)
    {
        var made = OperatingSystem.IsWindows() ? CreateHardLink(name, existing, IntPtr.Zero) : Link(existing, name) == 0;
        if (made)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return (OperatingSystem.IsWindows() ? CannotOnWindows : CannotOnUnix).Contains(error)
            ? false
            : throw new IOException($"cannot link {existing} as {name}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>The same; where the file system has no hard links, a copy.</summary>
    /// <exception cref="IOException">Neither could be made.</exception>
    public static void CreateOrCopy(string existing, string name)
    {
        if (!TryCreate(existing, name))
        {
            File.Copy(existing, name);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string existing, IntPtr securityAttributes);
}
