using Akka.Persistence;

namespace CvpActors.Actors.Supervising;

/// <summary>
/// Reads from the journal once, something that is not there, and stops: so the journal's connections, tables and code are ready before a
/// coordinator moves here, which may be when everybody waits for it.
/// </summary>
public sealed class JournalWarmUp : ReceivePersistentActor
{
    /// <summary>Creates the reader.</summary>
    public JournalWarmUp() => Recover<RecoveryCompleted>(_ => Context.Stop(Self));

    /// <inheritdoc/>
    public override string PersistenceId => "warm-up";
}
