using System.Text.Json.Serialization;
using CvpActors.Domain.Clocks;
using CvpActors.Domain.Ports;
using CvpActors.Files;

namespace CvpActors.Node.Hosting;

/// <summary>
/// Reads the clock every minute and keeps what it showed in <c>clock.json</c> of the data directory, beside how long the machine had been up:
/// so a clock that leapt or was set back is known of, also when that happened while nobody looked or before the node was started.
/// </summary>
internal sealed partial class ClockKeeper : IClockKeeper, IDisposable
{
    private const string FileName = "clock.json";
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly Func<bool> _isConfirmed;
    private readonly Func<TimeSpan> _uptime;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private ClockHistory _history;

    /// <summary>Takes the first reading.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="clock">What is watched.</param>
    /// <param name="isConfirmed">Whether most clocks of the cluster show the same just now.</param>
    /// <param name="uptime">How long the machine has been up.</param>
    /// <param name="log">Where a leap is told.</param>
    public ClockKeeper(string directory, TimeProvider clock, Func<bool> isConfirmed, Func<TimeSpan> uptime, ILogger log)
    {
        _file = Path.Combine(directory, FileName);
        _clock = clock;
        _isConfirmed = isConfirmed;
        _uptime = uptime;
        _log = log;
        var first = Reading();
        if (ReadHistory() is { } before)
        {
            HadToShowAtStart = before.Latest.AtLeastBy(first);
            _history = before;
        }
        else
        {
            _history = ClockHistory.Begin(first);
        }

        Look(keep: true);
        _timer = clock.CreateTimer(_ => Look(keep: true), state: null, ReadEvery, ReadEvery);
    }

    public DateTimeOffset? HadToShowAtStart { get; }

    public ClockEvidence Evidence() => Look(keep: false);

    public void Accept(DateTimeOffset shown)
    {
        lock (_gate)
        {
            var accepted = _history.Accept(shown);
            if (accepted != _history)
            {
                _history = accepted;
                _log.LogInformation("an administrator has said that the clock was right to leap to {Shown:u}", shown);
                Keep();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>What an earlier process kept; null when there is nothing, or nothing that can be read: then the clock is watched anew.</summary>
    private ClockHistory? ReadHistory()
    {
        string problem;
        try
        {
            var history = JsonFile.TryRead(_file, ClockJson.Default.ClockHistory);
            if (history is not null || !File.Exists(_file))
            {
                return history;
            }

            problem = "it is damaged";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        _log.LogWarning("{File}, which says what the clock showed before, cannot be read ({Problem:l}); the clock is watched anew from here on, and a leap before is not known", _file, problem);
        return null;
    }

    private ClockReading Reading() => new(_clock.GetUtcNow(), MachineRun.Id, _uptime());

    /// <summary>Reads the clock. What it showed is kept now and then, and always when it has leapt: every purge asks, and a flush takes its time.</summary>
    private ClockEvidence Look(bool keep)
    {
        lock (_gate)
        {
            var before = _history.Evidence.Leap;
            _history = _history.Read(Reading(), _isConfirmed());
            var evidence = _history.Evidence;
            if (evidence.Leap is { } leap && leap != before)
            {
                _log.LogWarning("the clock shows {To:u} where it had to show {From:u}: purges are held until it is set right, or one of them is let go", leap.To, leap.From);
            }

            if (keep || evidence.Leap != before)
            {
                Keep();
            }

            return evidence;
        }
    }

    private void Keep()
    {
        try
        {
            JsonFile.Write(_file, _history, ClockJson.Default.ClockHistory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On a full disk the history goes on in memory; the next minute tries again.
            _log.LogDebug(e, "the clock's history could not be kept");
        }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(ClockHistory))]
    private sealed partial class ClockJson : JsonSerializerContext;
}
