using Serilog.Core;
using Serilog.Events;

namespace CvpActors.Node.Hosting;

/// <summary>
/// What Akka says of peers that it cannot reach, and of whatever else connects to its port. Members that go and come back are told in our own
/// lines, one each; of the rest one line a minute is enough to know that there is something, and the first says what. Safe for concurrent use.
/// </summary>
/// <param name="time">What the minute is measured by.</param>
internal sealed class RemotingChatter(TimeProvider time) : ILogEventFilter
{
    private static readonly TimeSpan OneLineEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _toldAt;

    public bool IsEnabled(LogEvent logEvent)
    {
        var source = Text(logEvent, "ActorPath") ?? Text(logEvent, "LogSource") ?? "";
        if (source.Contains("/system/cluster", StringComparison.Ordinal))
        {
            // The watch over the membership says the same in its own words.
            return !logEvent.MessageTemplate.Text.Contains("Marking node", StringComparison.Ordinal);
        }

        return !IsRemoting(source) || (logEvent.Level < LogEventLevel.Error && MayTell());
    }

    private static bool IsRemoting(string source) =>
        source.Contains("/system/endpointManager", StringComparison.Ordinal)
        || source.Contains("/system/transports", StringComparison.Ordinal)
        || source.Contains("remoting", StringComparison.OrdinalIgnoreCase);

    private static string? Text(LogEvent line, string property) =>
        line.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: string text } ? text : null;

    private bool MayTell()
    {
        lock (_gate)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < OneLineEvery)
            {
                return false;
            }

            _toldAt = time.GetTimestamp();
            return true;
        }
    }
}
