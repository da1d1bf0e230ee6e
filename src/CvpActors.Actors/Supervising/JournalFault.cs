using System.Data.Common;

namespace CvpActors.Actors.Supervising;

/// <summary>Something could not be persisted: the incarnation of the coordinator that wanted it has come to its end.</summary>
/// <param name="PersistenceId">Whose event it was.</param>
/// <param name="Cause">What the journal said.</param>
internal sealed record JournalFault(string PersistenceId, Exception Cause) : Akka.Actor.INoSerializationVerificationNeeded
{
    private const string UniqueViolation = "23505";

    /// <summary>
    /// Whether another coordinator has written under the same sequence number: this one was superseded without having noticed. Anything
    /// else is an outage of the journal.
    /// </summary>
    public bool IsConflict
    {
        get
        {
            for (var cause = Cause; cause is not null; cause = cause.InnerException)
            {
                // SQLite's provider fills in no SQL state.
                if (cause is DbException { SqlState: UniqueViolation } || cause.Message.Contains("UNIQUE constraint failed", StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
