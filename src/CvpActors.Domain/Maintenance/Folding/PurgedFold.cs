using CvpActors.Domain.Attempts;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Maintenance.Folding;

/// <summary>How far purges have deleted is remembered here, where no restore of the database changes it.</summary>
internal static class PurgedFold
{
    /// <summary>The state after a run, in time or late: what it has deleted is deleted.</summary>
    public static DatabaseState AfterRun(DatabaseState state, Outcome outcome)
    {
        if (outcome.Purge is null)
        {
            return state;
        }

        var purged = (state.PurgedUpTo ?? PurgedUpTo.Nothing).With(outcome.Purge, outcome.State == AttemptState.Succeeded);
        return purged.IsNothing ? state : state with { PurgedUpTo = purged };
    }
}
