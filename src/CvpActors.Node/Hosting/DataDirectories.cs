using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Makes the directories that the configuration names, and shows at start what would fail at 2 a.m.</summary>
internal static class DataDirectories
{
    /// <summary>The file that a running node keeps open for itself alone.</summary>
    private const string LockName = "node.lock";

    private const string OwnKey = "cvp-actors.data-directory";

    /// <returns>The hold on the data directory: two nodes on one journal would be two coordinators. Disposing it lets go.</returns>
    /// <exception cref="SettingsException">A directory cannot be written to or is another node's.</exception>
    public static IDisposable Prepare(NodeSettings settings)
    {
        MakeWritable(OwnKey, settings.DataDirectory);
        var hold = Hold(settings.DataDirectory);
        try
        {
            foreach (var (key, directory) in Others(settings))
            {
                MakeWritable(key, directory);
            }

            Directory.CreateDirectory(DatabaseComposition.LedgerDirectory(settings));
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether <see cref="Prepare"/> could make the directories and write to them; makes none. Whether another node has them is not asked.
    /// </summary>
    /// <exception cref="SettingsException">A directory cannot be made or written to.</exception>
    public static void Check(NodeSettings settings)
    {
        foreach (var (key, directory) in Others(settings).Prepend((OwnKey, settings.DataDirectory)))
        {
            Try(key, directory, () => ProbeNearest(directory));
        }
    }

    private static IEnumerable<(string Key, string Directory)> Others(NodeSettings settings)
    {
        var backups = settings.Databases.Select(database => ($"{database.KeyPath}.backup.directory", database.BackupDirectory));
        backups = backups.Concat(settings.Databases.Where(database => database.Drill?.Directory is not null).Select(database => ($"{database.KeyPath}.drill.directory", database.Drill!.Directory!)));
        if (settings.Remote is { } remote)
        {
            backups = backups.Prepend(("cvp-actors.remote.directory", remote.Directory));
        }

        return settings.Log.File is { } log ? backups.Prepend(("cvp-actors.log.file", Path.GetDirectoryName(log)!)) : backups;
    }

    /// <summary>Holds a data directory as a running node does.</summary>
    /// <param name="dataDirectory">A directory that is there.</param>
    /// <returns>The hold, which disposing lets go of; null when a node that runs has it.</returns>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the directory.</exception>
    public static IDisposable? TryHold(string dataDirectory)
    {
        try
        {
            return new FileStream(Path.Combine(dataDirectory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IDisposable Hold(string dataDirectory) => TryHold(dataDirectory)
        ?? throw new SettingsException(OwnKey, $"{dataDirectory} is in use by another node; allowed: a directory of its own for each node");

    private static void MakeWritable(string key, string directory) => Try(key, directory, () =>
    {
        Directory.CreateDirectory(directory);
        Probe(directory);
    });

    /// <summary>What is not there yet would be made in the nearest directory above it that is.</summary>
    private static void ProbeNearest(string directory)
    {
        var nearest = directory;
        while (!Directory.Exists(nearest))
        {
            if (File.Exists(nearest))
            {
                // Fails, and says why in the words of the start.
                Directory.CreateDirectory(directory);
            }

            nearest = Path.GetDirectoryName(nearest) ?? throw new DirectoryNotFoundException($"there is no {Path.GetPathRoot(directory)}");
        }

        Probe(nearest);
    }

    private static void Probe(string directory)
    {
        using var probe = new FileStream(Path.Combine(directory, $".write-test-{Guid.NewGuid():N}"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
    }

    private static void Try(string key, string directory, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(key, $"{directory} cannot be written to ({e.Message}); allowed: a directory that this user may write to");
        }
    }
}
