using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Tests.Purges;

/// <summary>A purge that needs a verified backup waits for one, and says what is missing.</summary>
public class InterlockTests
{
    private static readonly DateTimeOffset T = Scenario.Due;
    private static readonly TimeSpan Within = TimeSpan.FromHours(26);
    private int _generation;

    [Fact]
    public void Without_a_backup_a_scheduled_purge_is_blocked_and_retried_and_the_alert_says_what_to_do()
    {
        var night = Interlocked(new Scenario(purge: TestSchedule.Nightly));

        night.RunUntil(T.AddHours(6));

        Assert.Equal(37, night.TriesOf(Operation.Purge).Count());
        Assert.All(night.State.Attempts, a => Assert.Equal(AttemptState.Blocked, a.State));
        var alert = Assert.Single(night.OpenAlerts);
        Assert.Equal(AlertCodes.PurgeFailed, alert.Code);
        Assert.Contains("none has succeeded; ask for a backup of reporting on demand", alert.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_lets_the_next_try_go()
    {
        var night = Interlocked(new Scenario(purge: TestSchedule.Nightly));
        night.TickAt(T);
        Backup(night);

        night.RunUntil(T.AddMinutes(10));

        Assert.Equal(Operation.Purge, night.Lock.Operation);
    }

    [Fact]
    public void An_on_demand_purge_is_refused_at_once_and_a_dry_run_is_not()
    {
        var day = Interlocked(new Scenario());

        Assert.Contains("none has succeeded", Refused(day), StringComparison.Ordinal);
        Assert.Empty(day.State.Attempts);
        day.Request(Operation.Purge, dryRun: true);
    }

    [Fact]
    public void A_backup_that_began_too_long_ago_or_was_not_verified_is_none()
    {
        var day = Interlocked(new Scenario());
        Backup(day);
        day.Now += Within + TimeSpan.FromSeconds(1);
        Assert.Contains("generation 1 (backup-1, begun 2026-03-10 01:00:00Z), is too old: it began", Refused(day), StringComparison.Ordinal);

        Backup(day, verified: null);
        Assert.Contains("was not verified: its engine verified nothing", Refused(day), StringComparison.Ordinal);

        Backup(day);
        day.Request(Operation.Purge);
    }

    [Fact]
    public void A_backup_from_before_a_restore_over_the_live_database_is_none()
    {
        var day = Interlocked(new Scenario());
        Backup(day);
        day.Now += TimeSpan.FromHours(1);
        Assert.IsType<RunGranted>(day.Do(new RequestRun(Operation.Restore, DryRun: false, RequestKey: null)
        {
            Restore = new RestoreOrder("old", 1, 1, "a", RestoreOrder.Live),
            Confirm = "reporting@1",
        }));
        day.EndRun(AttemptState.Lost);

        Assert.Contains("began before restore-3 replaced the live database", Refused(day), StringComparison.Ordinal);
    }

    [Fact]
    public void With_remotes_it_must_be_verified_at_one_of_them_by_its_checksum()
    {
        var day = Interlocked(new Scenario());
        day.Policy = day.Policy with { Remotes = ["hq", "dr"] };
        Backup(day);
        Backup(day);
        Assert.Contains("has not read yet what the remotes have", Refused(day), StringComparison.Ordinal);

        day.Shipped = [];
        Assert.Contains("is at none of them (hq, dr; nothing is verified at any)", Refused(day), StringComparison.Ordinal);

        day.Shipped = [new ShippedGeneration("dr", 1, "another")];
        Assert.Contains("there dr has generation 1", Refused(day), StringComparison.Ordinal);

        day.Shipped = [new ShippedGeneration("dr", 1, "sha-1")];
        day.Request(Operation.Purge);
    }

    private static string Refused(Scenario day) =>
        Assert.IsType<NotPossible>(day.Do(new RequestRun(Operation.Purge, DryRun: false, RequestKey: null))).Reason;

    private void Backup(Scenario day, VerifiedExtent? verified = VerifiedExtent.Full)
    {
        day.Request(Operation.Backup);
        var made = new BackupManifest("reporting", "fake", ++_generation, 100, $"sha-{_generation}", day.Now, day.Now) { Verified = verified };
        day.Do(new RunEnded(day.Lock.Token, new Outcome(AttemptState.Succeeded) { Backup = made }));
    }

    private static Scenario Interlocked(Scenario day)
    {
        day.Policy = day.Policy with { PurgeRequiresBackupWithin = Within };
        return day;
    }
}
