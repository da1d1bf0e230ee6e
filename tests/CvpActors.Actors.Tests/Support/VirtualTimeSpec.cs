using Akka.TestKit;

namespace CvpActors.Actors.Tests.Support;

/// <summary>An actor system whose timers fire when the test moves the time.</summary>
public abstract class VirtualTimeSpec : ActorSpec
{
    private protected VirtualTimeSpec(string config = "")
        : base("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """ + "\n" + config)
    {
        Scheduler.AdvanceTo(Midnight);
        Time = new SchedulerTime(Scheduler);
    }

    /// <summary>When every test starts.</summary>
    protected static DateTimeOffset Midnight { get; } = new(2040, 3, 5, 0, 0, 0, TimeSpan.Zero);

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private protected SchedulerTime Time { get; }
}

/// <summary>The clocks of a machine that lives in the scheduler's time. The wall clock can be set, the monotonic one cannot.</summary>
internal sealed class SchedulerTime(TestScheduler scheduler) : TimeProvider
{
    /// <summary>By how much somebody has set the wall clock.</summary>
    public TimeSpan WallClockSetBy { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => scheduler.Now.ToUniversalTime() + WallClockSetBy;

    public override long GetTimestamp() => scheduler.Now.UtcTicks;
}
