namespace CvpActors.Engines.Informix;

/// <summary>What <c>onstat -</c> says by its exit status, where 5 is the healthy one.</summary>
internal enum ServerMode
{
    Initialization = 0,
    Quiescent = 1,
    Recovery = 2,
    Backup = 3,
    Shutdown = 4,
    OnLine = 5,
    Abort = 6,
    Administration = 7,
    OffLine = 255,
}

/// <summary>A server's mode, with its own words.</summary>
/// <param name="Mode">By the exit status alone: the wording differs between versions.</param>
/// <param name="Said">The first line, for a person.</param>
internal sealed record ServerState(ServerMode Mode, string Said)
{
    /// <summary>Whether ontape can make an archive now.</summary>
    public bool CanBeArchived => Mode is ServerMode.OnLine or ServerMode.Quiescent;

    /// <summary>The mode as people call it.</summary>
    public string Name => Mode switch
    {
        ServerMode.Initialization => "being initialized",
        ServerMode.Quiescent => "quiescent",
        ServerMode.Recovery => "in recovery",
        ServerMode.Backup => "in backup mode",
        ServerMode.Shutdown => "shutting down",
        ServerMode.OnLine => "on-line",
        ServerMode.Abort => "being aborted",
        ServerMode.Administration => "in administration mode",
        ServerMode.OffLine => "off-line",
        _ => $"in a mode that is not known (exit status {(int)Mode})",
    };

    public static ServerState Of(ProgramEnd onstat) =>
        new((ServerMode)(onstat.ExitCode & 0xff), Words.FirstLine(onstat.Output) is { Length: > 0 } line ? line : Words.FirstLine(onstat.Errors));
}
