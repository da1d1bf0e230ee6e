using System.Text.Json.Serialization;

namespace CvpActors.Domain.Clocks;

/// <summary>
/// The readings of one clock, as far as they are needed to say whether what it shows can be true. What was read is compared with how long
/// the machine was up, which no clock that is set can change; so a leap is noticed in a quiet span too, and across a restart.
/// </summary>
/// <param name="Trusted">The last reading that went on from the one before as a clock should.</param>
/// <param name="SteadySince">Since when that has been so, UTC.</param>
/// <param name="Latest">The last reading of all.</param>
public sealed record ClockHistory(ClockReading Trusted, DateTimeOffset SteadySince, ClockReading Latest)
{
    /// <summary>
    /// A clock that goes on by more than this, beyond what can be shown to have passed, has leapt. A machine may have been off, but one
    /// that was off for longer deserves a look before it deletes anything by what its clock says.
    /// </summary>
    public static TimeSpan LongestAbsence { get; } = TimeSpan.FromDays(1);

    /// <summary>
    /// A clock that was set back is believed after this. Until then it may leap back to where it was: that is how a machine starts whose clock
    /// has no battery, before its time service has spoken.
    /// </summary>
    public static TimeSpan BackIsBelievedAfter { get; } = TimeSpan.FromDays(1);

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>The first reading of a clock that was set back and is not believed yet; null while there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClockReading? Behind { get; init; }

    /// <summary>The first reading after a leap, while the leap stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClockReading? Leapt { get; init; }

    /// <summary>What it had to show at least at that moment; null without a leap.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LeaptFrom { get; init; }

    /// <summary>What can be said of the clock now.</summary>
    [JsonIgnore]
    public ClockEvidence Evidence => new(SteadySince, Leapt is { } to && LeaptFrom is { } from ? new ClockLeap(from, to.Utc) : null);

    /// <summary>The history of a clock that was never read before.</summary>
    public static ClockHistory Begin(ClockReading first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new ClockHistory(first, first.Utc, first);
    }

    /// <summary>The history with one more reading.</summary>
    /// <param name="reading">What the clock shows.</param>
    /// <param name="confirmed">Whether most clocks of the cluster show the same: then it is right, whatever it did before.</param>
    public ClockHistory Read(ClockReading reading, bool confirmed)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var atLeast = Trusted.AtLeastBy(reading);
        if (confirmed)
        {
            return new ClockHistory(reading, reading.Utc < SteadySince ? reading.Utc : SteadySince, reading);
        }

        if (reading.Utc > atLeast + LongestAbsence)
        {
            return GoesOnFrom(Leapt, reading)
                ? this with { Latest = reading, Behind = null }
                : this with { Latest = reading, Behind = null, Leapt = reading, LeaptFrom = atLeast };
        }

        if (reading.Utc < atLeast - Tolerance)
        {
            return ReadBehind(reading) with { Latest = reading, Leapt = null, LeaptFrom = null };
        }

        return new ClockHistory(reading, SteadySince, reading);
    }

    /// <summary>The history once somebody who knows has said that the clock was right to leap.</summary>
    public ClockHistory Accept() => Leapt is { } leapt ? new ClockHistory(leapt, SteadySince, Latest) : this;

    private ClockHistory ReadBehind(ClockReading reading) =>
        !GoesOnFrom(Behind, reading) ? this with { Behind = reading }
        : reading.Utc - Behind!.Utc >= BackIsBelievedAfter ? Begin(reading)
        : this;

    private static bool GoesOnFrom(ClockReading? earlier, ClockReading reading) =>
        earlier?.AtLeastBy(reading) is { } atLeast && reading.Utc >= atLeast - Tolerance && reading.Utc <= atLeast + LongestAbsence;
}
