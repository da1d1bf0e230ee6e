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
    /// <summary>The drill that was under way when this node's process ended; null when none was.</summary>
    public string? CutShortDrill { get; init; }

    /// <summary>Mends what there is to be mended, under the lock of the directory. Reads large files, if it must.</summary>
    public static async Task<FilesRecovered> OfAsync(MaintainedDatabase database, long highestToken)
    {
        // Its place is its own: whoever holds the backup directory has no part in it.
        var (drill, told) = DrillRemains.TidyUp(database);
        try
        {
            var recovered = await OfBackupsAsync(database, highestToken);
            return recovered with { Mended = [.. recovered.Mended, .. told], CutShortDrill = drill };
        }
        catch (Exception cause)
        {
            return new FilesRecovered([.. told], [], cause) { CutShortDrill = drill };
        }
    }

    private static async Task<FilesRecovered> OfBackupsAsync(MaintainedDatabase database, long highestToken)
    {
        using (database.RunLock.Take(highestToken))
        {
            var mended = database.Writer.Recover();
            return new FilesRecovered([.. mended, .. await TidiedUpAsync(database)], [.. database.Reader.List()], null);
        }
    }

    private static async Task<IReadOnlyList<string>> TidiedUpAsync(MaintainedDatabase database)
    {
        try
        {
            return await RestoreRemains.TidyUpAsync(database, CancellationToken.None);
        }
        catch (ReportingDatabaseException e)
        {
            // The backup files are as they should be all the same. The next restore comes again for the rest.
            return [$"what a restore has left could not be removed yet: {e.Message}"];
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
