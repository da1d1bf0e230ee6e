namespace CvpActors.Node.Hosting;

/// <summary>The exit codes of the node. A service manager starts it again on every one but the first two.</summary>
internal static class ExitCodes
{
    /// <summary>It was told to stop.</summary>
    public const int Ok = 0;

    /// <summary>The configuration cannot be used: starting again would not help.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>Something unforeseen, told with its stack trace: a fault of the program or of its machine, not of the administrator.</summary>
    public const int Fault = 70;

    /// <summary>The others have removed this node from the cluster: a new process may join again.</summary>
    public const int StartAnew = 75;
}
