using CvpActors.Actors;
using CvpActors.Node.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace CvpActors.Node.Hosting;

/// <summary>The log: readable on the console, JSON lines in a file when one is configured.</summary>
internal static class LogSetup
{
    private const int KeptDays = 31;

    public static Logger Create(LogSettings settings)
    {
        var log = new LoggerConfiguration()
            .MinimumLevel.Is(settings.Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .Filter.ByExcluding(IsLibraryChatter)
            .Filter.With(new RemotingChatter(TimeProvider.System))
            .WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}");
        if (settings.File is { } file)
        {
            log.WriteTo.File(new CompactJsonFormatter(), file, rollingInterval: RollingInterval.Day, retainedFileCountLimit: KeptDays);
        }

        return log.CreateLogger();
    }

    /// <summary>Akka's own lines share one source with ours; what tells them apart is the actor that speaks.</summary>
    private static bool IsLibraryChatter(LogEvent line) =>
        line.Level < LogEventLevel.Warning
        && line.Properties.TryGetValue("ActorPath", out var property)
        && property is ScalarValue { Value: string path }
        && !ActorNames.IsOurs(path);
}
