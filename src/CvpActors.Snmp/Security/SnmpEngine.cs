using System.Security.Cryptography;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>What must outlive a restart of our engine.</summary>
/// <param name="EngineId">The engine's id, 5 to 32 octets (RFC 3411, SnmpEngineID).</param>
/// <param name="Boots">How often it has started; strictly increasing, or receivers take our traps for replays.</param>
public sealed record EngineState(Octets EngineId, int Boots);

/// <summary>Where the engine's state is kept.</summary>
public interface IEngineStateStore
{
    /// <summary>Reads the state; null when there is none yet.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names the file.</exception>
    EngineState? Load();

    /// <summary>Replaces the state; when this returns, the new one survives a power cut.</summary>
    /// <exception cref="IOException">It could not be written; the old one is intact.</exception>
    void Save(EngineState state);
}

/// <summary>This process as an SNMP engine: authoritative for the traps it sends (RFC 3414, 1.5.1).</summary>
public sealed class SnmpEngine
{
    private readonly TimeProvider _time;
    private volatile Boot _boot;

    private SnmpEngine(EngineState state, TimeProvider time)
    {
        _time = time;
        _boot = new Boot(state, time.GetTimestamp());
    }

    /// <summary>The engine's id; receivers of v3 traps name it in <c>createUser -e</c>.</summary>
    public Octets EngineId => _boot.State.EngineId;

    /// <summary>How often the engine has started, this start included.</summary>
    public int Boots => _boot.State.Boots;

    /// <summary>How long ago it started.</summary>
    public TimeSpan Uptime => _time.GetElapsedTime(_boot.At);

    /// <summary>The engine's id and clock now.</summary>
    internal EngineClock Clock
    {
        get
        {
            var boot = _boot;
            return new EngineClock(boot.State.EngineId, boot.State.Boots, (int)Math.Min(int.MaxValue, (long)_time.GetElapsedTime(boot.At).TotalSeconds));
        }
    }

    /// <summary>
    /// Goes on as an engine that several processes are in turn: the same id, one boot later each time that another takes over. Does nothing
    /// when it is that already.
    /// </summary>
    public void Become(EngineState state)
    {
        if (_boot.State != state)
        {
            _boot = new Boot(state, _time.GetTimestamp());
        }
    }

    /// <summary>The uptime as sysUpTime counts it: hundredths of a second, starting over after 497 days.</summary>
    internal uint UptimeHundredths => unchecked((uint)(Uptime.Ticks / (TimeSpan.TicksPerSecond / 100)));

    /// <summary>
    /// Starts the engine: counts one more boot, on disk before anything is sent. The first start makes up an engine id.
    /// </summary>
    /// <param name="store">Where the state is kept.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">The state is damaged; the message names the file.</exception>
    /// <exception cref="IOException">The state could not be written.</exception>
    public static SnmpEngine Start(IEngineStateStore store, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        var last = store.Load();

        // RFC 3414, 2.2.2: the counter sticks at its end, and such an engine can only go on under another id.
        var next = last is { Boots: < int.MaxValue - 1 } ? last with { Boots = last.Boots + 1 } : new EngineState(RandomEngineId(), 1);
        store.Save(next);
        return new SnmpEngine(next, time);
    }

    /// <summary>One start of the engine.</summary>
    private sealed record Boot(EngineState State, long At);

    // RFC 3411, SnmpEngineID: enterprise number with the first bit set, format 5 (octets of our own choice), the octets.
    private static Octets RandomEngineId() => new((byte[])[0x80, 0x00, 0x1f, 0x88, 0x05, .. RandomNumberGenerator.GetBytes(12)]);
}
