using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>An engine's id and clock at one moment, as a message carries them.</summary>
/// <param name="EngineId">The engine.</param>
/// <param name="Boots">How often it has started.</param>
/// <param name="Time">Seconds since its last start.</param>
internal readonly record struct EngineClock(Octets EngineId, int Boots, int Time);

/// <summary>What is known of the receiver's engine: the authoritative one for informs (RFC 3414, 2.3).</summary>
/// <param name="EngineId">Its id, from discovery.</param>
/// <param name="Boots">How often it has started; 0 before the first authentic answer.</param>
/// <param name="Time">Seconds since its last start, at <paramref name="LearntAt"/>.</param>
/// <param name="LearntAt">A timestamp of the <see cref="TimeProvider"/>.</param>
internal sealed record RemoteEngine(Octets EngineId, int Boots, int Time, long LearntAt)
{
    /// <summary>The window of RFC 3414, 2.2.3, seconds.</summary>
    public const int WindowSeconds = 150;

    /// <summary>The engine's clock now, carried forward by our own.</summary>
    public EngineClock Now(TimeProvider time) => Boots == 0 && Time == 0
        ? new EngineClock(EngineId, 0, 0)
        : new EngineClock(EngineId, Boots, (int)Math.Min(int.MaxValue, Time + (long)time.GetElapsedTime(LearntAt).TotalSeconds));

    /// <summary>
    /// Whether an authentic message with this clock is timely (RFC 3414, 3.2 step 7b), so that an old answer cannot be played back.
    /// </summary>
    public bool Accepts(int boots, int seconds, TimeProvider time) =>
        boots < int.MaxValue && (boots > Boots || (boots == Boots && seconds >= Now(time).Time - WindowSeconds));

    /// <summary>What is known after an authentic message with this clock; never goes back.</summary>
    public RemoteEngine Heard(int boots, int seconds, TimeProvider time) =>
        boots > Boots || (boots == Boots && seconds > Now(time).Time)
            ? new RemoteEngine(EngineId, boots, seconds, time.GetTimestamp())
            : this;
}
