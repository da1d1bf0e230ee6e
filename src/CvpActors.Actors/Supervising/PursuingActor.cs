using Akka.Actor;
using CvpActors.Actors.Protocol;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Supervising;

/// <summary>
/// What the journaled actors that go by the clock do alike: they look at it often enough whatever becomes of it, and hand their alerts over until delivery has
/// taken them over.
/// </summary>
public abstract class PursuingActor : JournaledActor, IWithTimers
{
    /// <summary>Timers of the scheduler do not follow a wall clock that is set: look at the clock at least this often.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(60);

    /// <summary>What is overdue and cannot be done yet is looked at again after this.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromSeconds(1);

    /// <summary>What was handed over or ordered and not confirmed is so again after this.</summary>
    private static readonly TimeSpan PursueInterval = TimeSpan.FromSeconds(2);

    /// <summary>Creates the actor.</summary>
    /// <param name="eventsPerSnapshot">After so many events a snapshot is saved.</param>
    protected PursuingActor(int eventsPerSnapshot)
        : base(eventsPerSnapshot)
    {
        Command<WakeUp>(_ => TimeHasPassed());
        Command<Pursue>(_ => PursueState());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>It is time to look at the clock; nothing, where nothing is due by it.</summary>
    protected virtual void TimeHasPassed()
    {
    }

    /// <summary>Does again what nobody has confirmed yet.</summary>
    protected abstract void PursueState();

    /// <summary>Tells delivery of alerts that it has not taken over yet.</summary>
    /// <returns>Whether there were any.</returns>
    protected static bool HandOverAlerts(IEnumerable<AlertNotification> notifications, IActorRef alerts)
    {
        var any = false;
        foreach (var notification in notifications)
        {
            alerts.Tell(new HandOver(notification));
            any = true;
        }

        return any;
    }

    /// <summary>Has <see cref="PursueState"/> called again in a while, where something is open.</summary>
    protected void PursueAgain(bool isOpen)
    {
        if (isOpen)
        {
            Timers.StartSingleTimer(nameof(Pursue), new Pursue(), PursueInterval);
        }
    }

    /// <summary>Sleeps until something is due.</summary>
    /// <param name="untilDue">How long that is by the clock; null where nothing is waited for.</param>
    /// <param name="atMost">How long it is at most by what no clock changes; null for no such bound.</param>
    /// <returns>For how long.</returns>
    protected TimeSpan Sleep(TimeSpan? untilDue, TimeSpan? atMost)
    {
        var sleep = untilDue < LongestSleep ? untilDue.Value : LongestSleep;
        sleep = atMost < sleep ? atMost.Value : sleep;
        sleep = sleep > TimeSpan.Zero ? sleep : ShortestSleep;
        Timers.StartSingleTimer(nameof(WakeUp), new WakeUp(), sleep);
        return sleep;
    }

    /// <summary>Look at the clock.</summary>
    protected sealed record WakeUp : INoSerializationVerificationNeeded;

    private sealed record Pursue : INoSerializationVerificationNeeded;
}
