using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;

namespace CvpActors.Actors.Agents;

/// <summary>What a run that was cut short had left, and what there is now that it has been mended.</summary>
internal sealed record FilesRecovered(ImmutableArray<string> Mended, ImmutableArray<BackupFile> Files, Exception? Cause) : INoSerializationVerificationNeeded
{
    /// <summary>Mends what there is to be mended, under the lock of the directory. Reads large files, if it must.</summary>
    public static FilesRecovered Of(MaintainedDatabase database, long highestToken)
    {
        using (database.RunLock.Take(highestToken))
        {
            var mended = database.Writer.Recover();
            return new FilesRecovered([.. mended, .. RestoreRemains.TidyUp(database)], [.. database.Reader.List()], null);
        }
    }

    /// <summary>Says in the log what was found.</summary>
    public void Tell(ILoggingAdapter log, string database)
    {
        foreach (var mended in Mended)
        {
            log.Warning("{Database}: found after a run that was cut short: {Mended}", database, mended);
        }

        if (Cause is RunLockHeldException or BackupFailedException)
        {
            // Somebody else's, or not the directory that it should be: a matter of the administrator's and no fault.
            log.Error("{Database}: {Cause}", database, Cause.Message);
        }
        else if (Cause is { } cause)
        {
            log.Error(cause, "{Database}: the backup directory could not be looked through: {Cause}", database, cause.Message);
        }
    }
}
