using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Makes the directories that the configuration names, and shows at start what would fail at 2 a.m.</summary>
internal static class DataDirectories
{
    /// <summary>The file that a running node keeps open for itself alone.</summary>
    private const string LockName = "node.lock";

    /// <returns>The hold on the data directory: two nodes on one journal would be two coordinators. Disposing it lets go.</returns>
    /// <exception cref="SettingsException">A directory cannot be written to or is another node's.</exception>
    public static IDisposable Prepare(NodeSettings settings)
    {
        MakeWritable("cvp-actors.data-directory", settings.DataDirectory);
        var hold = Hold(settings.DataDirectory);
        try
        {
            PrepareRest(settings);
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private static void PrepareRest(NodeSettings settings)
    {
        if (settings.Log.File is { } log)
        {
            MakeWritable("cvp-actors.log.file", Path.GetDirectoryName(log)!);
        }

        foreach (var database in settings.Databases)
        {
            MakeWritable($"{database.KeyPath}.backup.directory", database.BackupDirectory);
        }
    }

    private static FileStream Hold(string dataDirectory)
    {
        try
        {
            return new FileStream(Path.Combine(dataDirectory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new SettingsException("cvp-actors.data-directory", $"{dataDirectory} is in use by another node; allowed: a directory of its own for each node");
        }
    }

    private static void MakeWritable(string key, string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(Path.Combine(directory, $".write-test-{Guid.NewGuid():N}"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(key, $"{directory} cannot be written to ({e.Message}); allowed: a directory that this user may write to");
        }
    }
}
