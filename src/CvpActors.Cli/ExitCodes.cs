namespace CvpActors.Cli;

/// <summary>The exit codes of cvpctl, for scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The node answered, and something needs a look: an open alert, or an agent that cannot be reached.</summary>
    public const int Attention = 1;

    /// <summary>The node answered that it cannot be done, and why.</summary>
    public const int Refused = 1;

    /// <summary>No node answered at the address.</summary>
    public const int Unreachable = 2;

    /// <summary>A configuration cannot be used: a node started with it would end with the same code.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>A journal was not copied; its target is as it was.</summary>
    public const int NotCopied = 2;
}
