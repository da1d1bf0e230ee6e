namespace CvpActors.Shipping.Vault;

/// <summary>A vault that cannot do what it is asked; nothing that it holds has changed.</summary>
public sealed class VaultException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">A stable word for programs: <c>no-room</c>, <c>no-base</c>, <c>mismatch</c>, <c>malformed</c>, <c>unknown-generation</c>, <c>damaged</c>.</param>
    /// <param name="message">What is wrong, for people.</param>
    /// <param name="cause">What led to it.</param>
    public VaultException(string kind, string message, Exception? cause = null)
        : base(message, cause) => Kind = kind;

    /// <summary>A stable word for programs.</summary>
    public string Kind { get; }

    /// <summary>The error of a full disk, as .NET numbers it.</summary>
    internal static int DiskFull => OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
}
