using Akka.Event;

namespace CvpActors.Node.Hosting;

/// <summary>
/// What Akka writes to before its loggers have started and after they have stopped: nothing. Otherwise its last words at Ctrl-C would
/// go to the console in a form of their own, whatever level is configured.
/// </summary>
internal sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
