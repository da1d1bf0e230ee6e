using CvpActors.Domain;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Files;

namespace CvpActors.Engines.Sqlite;

/// <summary>
/// A file that is to be restored to: the live database, by whatever name it is given, or a new one. A new one is where nothing is, nor anything that
/// SQLite would take for a part of it.
/// </summary>
internal sealed class RestoreTarget
{
    /// <summary>What a file is called until it is published.</summary>
    private const string StagedSuffix = ".cvp-restoring";

    private static readonly string[] SideFiles = ["-wal", "-shm", "-journal"];

    private readonly SqliteOptions _live;

    public RestoreTarget(SqliteOptions live, string target)
    {
        _live = live;
        IsLive = target == RestoreOrder.Live || (Path.IsPathFullyQualified(target) && PlaceIdentity.Of(target) == PlaceIdentity.Of(live.FullPath));
        Name = IsLive ? RestoreOrder.Live : target;
        FullPath = IsLive ? live.FullPath : Path.GetFullPath(target);
    }

    /// <summary>As it is told: <see cref="RestoreOrder.Live"/>, or the path.</summary>
    public string Name { get; }

    public bool IsLive { get; }

    public string FullPath { get; }

    public string Folder => Path.GetDirectoryName(FullPath) ?? FullPath;

    public string Staged => FullPath + StagedSuffix;

    /// <summary>Whether there is a live database that is replaced in place; otherwise a file is put where none is.</summary>
    public bool IsReplaced => IsLive && File.Exists(FullPath);

    /// <summary>Why it cannot be restored to, and the way out; null when it can.</summary>
    public string? FindProblem()
    {
        if (!IsLive && !Path.IsPathFullyQualified(Name))
        {
            return $"\"{Name}\" is not a place to restore to; allowed: an absolute path, or {RestoreOrder.Live} for the live database";
        }

        if (!Directory.Exists(Folder))
        {
            return $"there is no folder {Folder} to restore into; make it, or name another place";
        }

        return IsReplaced ? FindLiveProblem() : FindNewProblem();
    }

    public PlaceToRestore Describe(long bytes, bool toBePurged)
    {
        var problem = FindProblem();
        var liveBytes = IsReplaced ? new FileInfo(FullPath).Length : 0;
        var place = new RestorePlace(Name, IsLive)
        {
            Problem = problem,
            Replaces = IsReplaced ? $"{FullPath}, {InWords.OfBytes(liveBytes)}" : null,
        };

        // Whichever way SQLite makes one transaction of it: the old pages in a journal, or the new ones in a log; and what the file grows by.
        var needed = IsReplaced ? (toBePurged ? bytes : 0) + InTransaction(Math.Max(bytes, liveBytes)) + Math.Max(0, bytes - liveBytes) : bytes;
        return new PlaceToRestore(place, Directory.Exists(Folder) ? [new SpaceNeed(Folder, needed, FreeSpace.At(Folder)) { Disk = FileStatus.TryRead(Folder)?.Device }] : []);
    }

    /// <summary>Removes a copy that was not published.</summary>
    /// <returns>What there was of it.</returns>
    public IReadOnlyList<string> RemoveStaged()
    {
        var there = SideFiles.Prepend("").Select(suffix => Staged + suffix).Where(File.Exists).ToList();
        there.ForEach(File.Delete);
        return there;
    }

    private static long InTransaction(long bytes) => bytes + (bytes / 100);

    private string? FindNewProblem()
    {
        if (Path.Exists(FullPath) || new FileInfo(FullPath).LinkTarget is not null)
        {
            return $"{FullPath} is there already, and a restore replaces nothing but the live database; name a place that is free, or none to have one chosen";
        }

        return SideFiles.Select(suffix => FullPath + suffix).FirstOrDefault(File.Exists) is { } left
            ? $"{left} is there, which SQLite would take for a part of what is restored to {FullPath}; move it away if no program needs it, or name another place"
            : null;
    }

    private string? FindLiveProblem()
    {
        try
        {
            SqliteCheck.Run(_live);
            return null;
        }
        catch (SqliteDatabaseException cause)
        {
            // What SQLite cannot open it cannot replace in a transaction either, and what else uses the file cannot be kept out of it.
            return $"{cause.Message}: so it cannot be replaced in place; stop the programs that use it, move it away with its -wal and -journal, and restore again";
        }
    }
}
