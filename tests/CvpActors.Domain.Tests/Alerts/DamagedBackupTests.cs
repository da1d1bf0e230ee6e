using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Alerts;

/// <summary>A backup whose bytes have changed on their disk.</summary>
public sealed class DamagedBackupTests
{
    [Fact]
    public void It_is_alerted_once_until_a_backup_finds_all_well()
    {
        var day = new Scenario();
        Backup(day, "cvp_backup_data does not match its manifest");
        Backup(day, "cvp_backup_data does not match its manifest");
        var alert = Assert.Single(day.All<AlertRaised>());
        Assert.Equal(AlertCodes.BackupDamaged, alert.Code);
        Assert.Contains("on reporting-1 is damaged: cvp_backup_data does not match", alert.Text, StringComparison.Ordinal);

        Backup(day, damage: null);
        Assert.Empty(day.OpenAlerts);
    }

    [Fact]
    public void A_backup_that_failed_says_nothing_of_the_one_before()
    {
        var day = new Scenario();
        Backup(day, "damaged");
        day.Request(Operation.Backup);
        day.EndRun(AttemptState.Failed, "no space left");
        Assert.Single(day.OpenAlerts);
    }

    private static void Backup(Scenario day, string? damage)
    {
        day.Request(Operation.Backup);
        day.Do(new RunEnded(day.Lock.Token, new Outcome(AttemptState.Succeeded) { DamagedBackup = damage }));
    }
}
