using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>A backup whose bytes have changed on their disk is told: the next may change, too, before anybody needs it.</summary>
internal static class DamageRules
{
    public static void AfterRun(Draft draft, MaintenanceLock ended, Outcome outcome)
    {
        if (ended.Operation != Operation.Backup)
        {
            return;
        }

        if (outcome.DamagedBackup is { } damage)
        {
            AlertRules.RaiseOnce(draft, AlertCodes.BackupDamaged, Operation.Backup, $"The last backup of {draft.Policy.Database} on {ended.Node} is damaged: {damage}.");
        }
        else if (outcome.State == AttemptState.Succeeded)
        {
            AlertRules.ClearAll(draft, AlertCodes.BackupDamaged);
        }
    }
}
