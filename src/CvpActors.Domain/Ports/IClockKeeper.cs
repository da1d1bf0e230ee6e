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

    /// <summary>
    /// An administrator says that a clock which leapt was right; that of another node, when this one has leapt likewise at about the same time.
    /// Any other leap, one that came since among them, stands. May be said again.
    /// </summary>
    /// <param name="shown">To where the clock leapt that was spoken of, UTC, in whole seconds.</param>
    void Accept(DateTimeOffset shown);
}
