using Akka.Event;

namespace CvpActors.Actors.Supervising;

/// <summary>What those have in common that tell each persisted event in one log line. Times are in the machine's time zone, as the lines' own are.</summary>
internal abstract class Narrator(ILoggingAdapter log, TimeZoneInfo zone)
{
    protected void Info(string template, params object?[] values) => log.Log(LogLevel.InfoLevel, null, template, values);

    protected void Warn(string template, params object?[] values) => log.Log(LogLevel.WarningLevel, null, template, values);

    protected void Debug(string template, params object?[] values) => log.Log(LogLevel.DebugLevel, null, template, values);

    /// <summary>A moment as the line's own time is written.</summary>
    protected string At(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone).ToString("yyyy-MM-dd HH:mm:ss");
}
