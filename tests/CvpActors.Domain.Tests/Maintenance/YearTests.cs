using System.Text.Json;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>What a year of nights leaves of one database.</summary>
public sealed class YearTests
{
    private const int Nights = 365;
    private static readonly DateTimeOffset T = Scenario.Due;

    /// <summary>Five events a run: the window opens, the lock is acquired and released, the window closes; the rest is for what goes wrong.</summary>
    private const int EventsANight = 9;

    private const int KilobytesOfState = 160;
    private const int MegabytesOfEvents = 2;

    [Fact]
    public void Its_events_and_its_state_stay_below_what_is_stated()
    {
        var year = new Scenario(backup: TestSchedule.Nightly, purge: new TestSchedule(T.AddMinutes(90), TimeSpan.FromDays(1)));
        for (var night = 0; night < Nights; night++)
        {
            var due = T.AddDays(night);
            year.RunUntil(due);
            End(year, new Outcome(AttemptState.Succeeded) { Backup = new BackupManifest("reporting", "sqlite", night, 1 << 30, new string('a', 64), due, due.AddMinutes(9)) });
            year.RunUntil(due.AddMinutes(90));
            End(year, new Outcome(AttemptState.Succeeded) { Purge = Purged(due) });
        }

        Assert.Equal(2 * Nights, year.All<LockReleased>().Count());
        Assert.InRange(year.Events.Count, Nights, Nights * EventsANight);
        Assert.InRange(year.Events.Sum(e => JsonSerializer.SerializeToUtf8Bytes(e, e.GetType()).Length), 1, MegabytesOfEvents << 20);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(year.State).Length, 1, KilobytesOfState << 10);
    }

    [Fact]
    public void A_year_of_nights_that_all_fail_leaves_no_more_state()
    {
        var year = new Scenario(backup: TestSchedule.Nightly);
        for (var night = 0; night < Nights; night++)
        {
            year.RunUntil(T.AddDays(night));
            for (var retry = 0; year.State.Lock is not null; retry++)
            {
                End(year, new Outcome(AttemptState.Failed, new string('x', 300)));
                year.RunUntil(T.AddDays(night).AddMinutes(10 * (retry + 1)));
            }

            foreach (var alert in year.State.Alerts)
            {
                year.Do(new NotificationTakenOver(alert.Id, alert.ClearedAt is null ? AlertPhase.Raised : AlertPhase.Cleared));
            }
        }

        Assert.Equal(Nights, year.All<AlertRaised>().Count());
        Assert.Equal(31, year.OpenAlerts.Count());
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(year.State).Length, 1, (KilobytesOfState * 2) << 10);
    }

    private static void End(Scenario year, Outcome outcome)
    {
        year.Now = year.Now.AddMinutes(5);
        year.Do(new RunEnded(year.Lock.Token, outcome));
    }

    private static PurgeResult Purged(DateTimeOffset at) => new(DryRun: false,
    [
        new CategoryPurge("call", "call", at.AddDays(-30), 120_000) { Kept = [new KeptRows("invoice.call_id", 12)], Undatable = 3 },
        new CategoryPurge("callevent", "callevent", at.AddDays(-15), 980_000),
    ]);
}
