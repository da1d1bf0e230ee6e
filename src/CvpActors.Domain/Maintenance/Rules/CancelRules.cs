using CvpActors.Domain.Attempts;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>An administrator stops a run. It keeps its lock until it has ended, and a scheduled one is not tried again until it is next due.</summary>
internal static class CancelRules
{
    public static DatabaseReply Cancel(Draft draft, string attemptId)
    {
        if (draft.State.Lock is { } held && held.AttemptId == attemptId)
        {
            if (!held.CancelRequested)
            {
                draft.Record(new CancelRequested(draft.Now, held.Token));
            }

            return new Accepted();
        }

        return (draft.State.FindAttempt(attemptId) ?? draft.Refusals?.Find(attemptId)) is { } ended
            ? new NotPossible($"attempt {attemptId} is not running: it {ended.State.InWords()} at {ended.FinishedAt:u}")
            : new NotThere($"{draft.Policy.Database} has no attempt {attemptId}");
    }

    /// <summary>Whether an administrator's cancelling ends the window: not one that was renewed while the cancelled run was stopping.</summary>
    public static bool EndsWindow(MaintenanceLock ended, RetryWindow? window) =>
        ended.CancelRequested && !(window?.DueAt > ended.AcquiredAt);
}
