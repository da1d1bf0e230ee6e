using CvpActors.Files;

namespace CvpActors.Shipping.Vault;

/// <summary>
/// How long this vault has been running, all its starts together. Locks of generations go by it and not by the wall clock: a clock that is set
/// forward, by accident or by whoever wants a lock to end, ends none. Time during which the vault is off does not count, so a lock lasts longer
/// than it says, never shorter.
/// </summary>
public sealed class VaultClock
{
    /// <summary>What a kill may cost of the age.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Lock _saving = new();
    private readonly long _begun;
    private readonly TimeSpan _before;
    private TimeSpan _saved;

    /// <summary>Goes on where the clock's file says that it stopped.</summary>
    /// <param name="file">The clock's file; its folder must exist.</param>
    /// <param name="time">Only its monotonic timestamps are used.</param>
    public VaultClock(string file, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_file, _time, _begun) = (file, time, time.GetTimestamp());
        _before = _saved = JsonFile.TryRead(file, VaultJson.Default.VaultAge)?.Age ?? TimeSpan.Zero;
    }

    /// <summary>The vault's age now; saved once a minute.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_saving)
            {
                var age = _before + _time.GetElapsedTime(_begun);
                if (age - _saved >= SaveEvery)
                {
                    JsonFile.Write(_file, new VaultAge(age), VaultJson.Default.VaultAge);
                    _saved = age;
                }

                return age;
            }
        }
    }
}
