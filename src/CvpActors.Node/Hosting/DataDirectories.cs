using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>Makes the directories that the configuration names, and shows at start what would fail at 2 a.m.</summary>
internal static class DataDirectories
{
    private static readonly byte[] SqliteHeader = "SQLite format 3\0"u8.ToArray();

    /// <summary>The file that a running node keeps open for itself alone.</summary>
    private const string LockName = "node.lock";

    /// <returns>The hold on the data directory: two nodes on one journal would be two coordinators. Disposing it lets go.</returns>
    /// <exception cref="SettingsException">A directory cannot be written to or is another node's, or a database file is not one.</exception>
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
            if (settings.Demo?.Database == database.Definition.Id)
            {
                MakeWritable($"{database.KeyPath}.sqlite.path", Path.GetDirectoryName(database.Sqlite.Path)!);
            }
            else
            {
                CheckSqlite($"{database.KeyPath}.sqlite.path", database.Sqlite.Path);
            }
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

    private static void CheckSqlite(string key, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var header = new byte[SqliteHeader.Length];
            var length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (length > 0 && !header.SequenceEqual(SqliteHeader))
            {
                throw new SettingsException(key, $"{path} is not a SQLite database; allowed: the path of one");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(key, $"{path} cannot be opened ({e.Message}); allowed: the path of a SQLite database");
        }
    }
}
