using CvpActors.Domain.Places;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>
/// The run lock of a database whose places are guarded: before anything runs, the backup directory and the database's file are found to be this
/// database's, marked as such, and locked, the directory by <see cref="RunLockFile"/>, the file by another lock beside it. So two configurations that mean one
/// file or one folder under different names, in one process or in two of this machine, never work on it at the same time.
/// </summary>
/// <remarks>
/// Where nothing can be written beside the database's file there is no lock of it: SQLite itself has to write there before it changes anything, so
/// whatever else runs can only read too.
/// </remarks>
/// <param name="directory">The backup directory; it must exist.</param>
/// <param name="self">The database.</param>
/// <param name="place">Whose the directory is.</param>
public sealed class GuardedRunLock(string directory, PlaceOwner self, BackupPlace place) : IRunLock
{
    /// <summary>What the lock beside a database's file is called, after the file's own name.</summary>
    public const string ResourceLockSuffix = ".cvp-lock";

    /// <summary>What the mark beside a database's file is called, after the file's own name.</summary>
    public const string ResourceMarkSuffix = ".cvp-owner.json";

    private readonly RunLockFile _lock = new(directory);

    /// <inheritdoc/>
    public IHeldRunLock Take(long token)
    {
        try
        {
            // Before anything is written: a folder beneath a mount point stays as it is.
            Usable(place.Look());
            var held = _lock.Take(token);
            FileStream? resource = null;
            try
            {
                resource = HoldResource();
                place.Settle(Usable(place.Look()));
                return new Held(held, resource);
            }
            catch
            {
                resource?.Dispose();
                held.Dispose();
                throw;
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new RunLockHeldException($"the lock of {self.Database} could not be taken: {cause.Message}", cause);
        }
    }

    /// <summary>Why the database's file is another's; null when it is not. Changes nothing.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public string? ResourceObjection()
    {
        if (self.Resource is not { } file || OwnerMarkFile.Read(file + ResourceMarkSuffix) is not { } mark || !PlaceRules.IsAnothers(OfResource, mark, false))
        {
            return null;
        }

        return $"{file} is maintained as {mark.InWords}, and nothing of it is touched; allowed: a database of its own for \"{self.Database}\", or, if "
            + $"that is over, to delete {file}{ResourceMarkSuffix}";
    }

    private PlaceOwner OfResource => self with { Resource = null };

    private static PlaceFinding Usable(PlaceFinding finding) => finding.Objection is { } objection ? throw new RunLockHeldException(objection) : finding;

    private FileStream? HoldResource()
    {
        if (self.Resource is not { } file)
        {
            return null;
        }

        if (ResourceObjection() is { } objection)
        {
            throw new RunLockHeldException(objection);
        }

        FileStream held;
        try
        {
            held = new FileStream(file + ResourceLockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return File.Exists(file + ResourceLockSuffix) && !ReadOnlyPlace.IsMountedReadOnly(file)
                ? throw new RunLockHeldException($"{file} is worked on by another process, or its lock cannot be opened: {cause.Message}", cause)
                : null;
        }

        try
        {
            OwnerMarkFile.Write(file + ResourceMarkSuffix, OfResource);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private sealed class Held(IHeldRunLock directory, FileStream? resource) : IHeldRunLock
    {
        public void Started(RunChild child) => directory.Started(child);

        public void Dispose()
        {
            resource?.Dispose();
            directory.Dispose();
        }
    }
}
