using System.Text.Json.Serialization;

namespace CvpActors.Domain.Clocks;

/// <summary>
/// The readings of one clock, as far as they are needed to say whether what it shows can be true. What was read is compared with how long
/// the machine was up, which no clock that is set can change; so a leap is noticed in a quiet span too, and across a restart.
/// </summary>
/// <param name="Trusted">
/// What later readings are measured by. It stays while the machine runs, so that many small leaps are noticed as one that is large. After a
/// start of the machine it is the last reading before, until its time service has had <see cref="SettledAfter"/>.
/// </param>
/// <param name="SteadySince">Since when the clock has gone on as a clock should, UTC.</param>
/// <param name="Latest">The last reading of all.</param>
public sealed record ClockHistory(ClockReading Trusted, DateTimeOffset SteadySince, ClockReading Latest)
{
    /// <summary>
    /// A clock that goes on over a start of the machine by more than this, beyond what can be shown to have passed, has leapt. A machine may
    /// have been off, but one that was off for longer deserves a look before it deletes anything by what its clock says.
    /// </summary>
    public static TimeSpan LongestAbsence { get; } = TimeSpan.FromDays(1);

    /// <summary>
    /// By how much a clock may go on beyond its machine's uptime while that machine runs, in all. The time that a machine sleeps is part of its
    /// uptime; only a virtual one that its host has saved or moved knows nothing of the pause.
    /// </summary>
    public static TimeSpan LongestPauses { get; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long after a start of the machine its clock may still be set right: until then what counts is what was read before the start. It may
    /// have started by a hardware clock that keeps local time, or is slow.
    /// </summary>
    public static TimeSpan SettledAfter { get; } = TimeSpan.FromHours(1);

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

    /// <summary>The first reading after the leap that stood before the clock leapt on; null when it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClockReading? LeaptBefore { get; init; }

    /// <summary>The key of the latest leap for which an administrator's word was taken: it is not taken twice. Null when none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Accepted { get; init; }

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
        if (confirmed)
        {
            return Steady(reading, reading) with { SteadySince = reading.Utc < SteadySince ? reading.Utc : SteadySince };
        }

        // The machine was started anew: by the last that was seen of it before, not by what was trusted long ago.
        var trusted = Leapt is null && Behind is null && !Latest.IsOfSameRunAs(reading) ? Latest : Trusted;
        var atLeast = trusted.AtLeastBy(reading);
        if (reading.Utc > atLeast + Allowance(trusted, reading))
        {
            return Leapt is { } leapt && GoesOnFrom(leapt, reading)
                ? this with { Trusted = trusted, Latest = reading, Behind = null }
                : this with { Trusted = trusted, Latest = reading, Behind = null, Leapt = reading, LeaptFrom = atLeast, LeaptBefore = Leapt };
        }

        if (reading.Utc < atLeast - Tolerance)
        {
            return (this with { Trusted = trusted }).ReadBehind(reading) with { Latest = reading, Leapt = null, LeaptFrom = null, LeaptBefore = null };
        }

        // What a time service takes back by seconds is lost: measured from there, nothing that it takes and gives in turns adds up.
        var measureFromHere = trusted.IsOfSameRunAs(reading) ? reading.Utc < atLeast : reading.Uptime >= SettledAfter;
        return Steady(reading, measureFromHere ? reading : trusted);
    }

    /// <summary>
    /// The history once somebody who knows has said that a clock which leapt to <paramref name="shown"/> was right. It need not have been this
    /// one: when the machines of a cluster were off together, each has leapt for itself, and one word is enough.
    /// </summary>
    /// <param name="shown">To where the clock leapt that was spoken of, UTC, in whole seconds.</param>
    public ClockHistory Accept(DateTimeOffset shown)
    {
        var key = ClockLeap.KeyOf(shown);
        if (Leapt is not { } leapt || Accepted == key)
        {
            return this;
        }

        if (LeaptBefore is { } before && ClockLeap.KeyOf(before.Utc) == key)
        {
            // The clock has leapt on since, and of that nothing was said.
            return this with { Trusted = before, LeaptFrom = before.AtLeastBy(leapt), LeaptBefore = null, Accepted = key };
        }

        return ClockLeap.KeyOf(leapt.Utc) == key || (leapt.Utc - shown).Duration() <= LongestAbsence
            ? Steady(Latest, leapt) with { Accepted = key }
            : this;
    }

    private ClockHistory Steady(ClockReading latest, ClockReading trusted) => new(trusted, SteadySince, latest) { Accepted = Accepted };

    private ClockHistory ReadBehind(ClockReading reading) =>
        Behind is not { } behind || !GoesOnFrom(behind, reading) ? this with { Behind = reading }
        : reading.Utc - behind.Utc >= BackIsBelievedAfter ? Begin(reading) with { Accepted = Accepted }
        : this;

    private static TimeSpan Allowance(ClockReading earlier, ClockReading reading) => earlier.IsOfSameRunAs(reading) ? LongestPauses : LongestAbsence;

    private static bool GoesOnFrom(ClockReading earlier, ClockReading reading) =>
        earlier.AtLeastBy(reading) is var atLeast && reading.Utc >= atLeast - Tolerance && reading.Utc <= atLeast + Allowance(earlier, reading);
}
