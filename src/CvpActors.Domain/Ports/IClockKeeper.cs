using CvpActors.Domain.Clocks;

namespace CvpActors.Domain.Ports;

/// <summary>Watches the clock that decisions go by, also while nothing happens and across restarts of the process. Safe for concurrent use.</summary>
public interface IClockKeeper
{
    /// <summary>
    /// What the clock had to show at least when this process began, by the last reading of the process before, UTC; null when it was never
    /// read before. One that showed less was set back.
    /// </summary>
    DateTimeOffset? HadToShowAtStart { get; }

    /// <summary>Reads the clock and says what is known of it.</summary>
    ClockEvidence Evidence();

    /// <summary>An administrator says that the clock was right to leap.</summary>
    void Accept();
}
