using CvpActors.Backups;
using CvpActors.Files;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>
/// Looks at start whether each database has a file and a backup directory of its own, whatever they are called. Each run looks again
/// (<see cref="GuardedRunLock"/>), for what changes meanwhile and for other processes.
/// </summary>
internal static class PlaceChecks
{
    /// <summary>Changes nothing.</summary>
    /// <returns>What an administrator should know, a line each.</returns>
    /// <exception cref="SettingsException">Two databases share a place, or one's place is another's.</exception>
    public static IReadOnlyList<PlaceNews> Run(NodeSettings settings)
    {
        RefuseShared(settings.Databases.Select(d => (d.Id, Key: DirectoryKey(d), Place: d.BackupDirectory)), "the directory", "a directory of its own for each database");
        RefuseShared(
            settings.Databases.Where(d => d.Engine.DatabaseFile is not null).Select(d => (d.Id, Key: d.Engine.LocationKey, Place: d.Engine.DatabaseFile!)),
            "the database", "one id for each database");
        RefuseVault(settings);
        return [.. settings.Databases.Select(database => Look(database, settings)).OfType<PlaceNews>()];
    }

    /// <summary>Writes the news into the log.</summary>
    public static void Tell(IEnumerable<PlaceNews> news, Serilog.ILogger log)
    {
        foreach (var one in news)
        {
            log.Write(one.IsWarning ? Serilog.Events.LogEventLevel.Error : Serilog.Events.LogEventLevel.Information, "{News:l}", one.Line);
        }
    }

    private static PlaceNews? Look(DatabaseSettings database, NodeSettings settings)
    {
        try
        {
            _ = PlaceIdentity.Resolve(database.BackupDirectory);
            if (DatabaseComposition.LockOf(database, settings).ResourceObjection() is { } objection)
            {
                throw new SettingsException(database.Engine.LocationKey, objection);
            }

            var found = DatabaseComposition.PlaceOf(database, settings).Look();
            return found.State switch
            {
                PlaceState.Anothers => throw new SettingsException(DirectoryKey(database), found.Objection!),
                PlaceState.Unmounted => new PlaceNews($"{database.Id}: {found.Objection}", IsWarning: true),
                PlaceState.New => new PlaceNews($"{database.Id}: {database.BackupDirectory} is empty; its first backup is made there", IsWarning: false),
                PlaceState.Adopted => new PlaceNews($"{database.Id}: {database.BackupDirectory} is this database's from its next run on, as {BackupPlace.AdoptName} says", IsWarning: false),
                _ => null,
            };
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // One volume that is away is no reason to leave the other databases without their nights; each run of this one looks again, and fails.
            return new PlaceNews(
                $"{database.Id}: whose {database.BackupDirectory} is cannot be seen ({cause.Message}); nothing is backed up or purged until this user can read it", IsWarning: true);
        }
    }

    private static string DirectoryKey(DatabaseSettings database) => $"{database.KeyPath}.backup.directory";

    /// <summary>Two databases in one directory would rotate each other's files away; one file under two ids would be purged twice at once.</summary>
    private static void RefuseShared(IEnumerable<(string Id, string Key, string Place)> places, string what, string allowed)
    {
        foreach (var shared in places.GroupBy(place => Known(place.Place, PlaceIdentity.Of)).Where(group => group.Count() > 1))
        {
            var (first, second) = (shared.First(), shared.Last());
            var spelt = Path.TrimEndingDirectorySeparator(first.Place) == Path.TrimEndingDirectorySeparator(second.Place) ? "" : $", called {first.Place} there";
            throw new SettingsException(second.Key, $"{Path.TrimEndingDirectorySeparator(second.Place)} is also {what} of \"{first.Id}\"{spelt}; allowed: {allowed}");
        }
    }

    /// <summary>As it is spelt, where it cannot be looked at; <see cref="Look"/> tells that.</summary>
    private static string Known(string place, Func<string, string> look)
    {
        try
        {
            return look(place);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(place);
        }
    }

    /// <summary>What a remote keeps of a database has the names that a backup directory has.</summary>
    private static void RefuseVault(NodeSettings settings)
    {
        if (settings.Remote is not { } remote)
        {
            return;
        }

        var vault = Known(remote.Directory, PlaceIdentity.Resolve) + Path.DirectorySeparatorChar;
        if (settings.Databases.FirstOrDefault(d => Known(d.BackupDirectory, PlaceIdentity.Resolve).StartsWith(vault, StringComparison.Ordinal)) is { } inside)
        {
            throw new SettingsException(DirectoryKey(inside), $"{inside.BackupDirectory} is in {remote.Directory}, where this node keeps other sites' backups; allowed: a directory outside of it");
        }
    }
}

/// <summary>Something about a database's place that an administrator should know.</summary>
/// <param name="Line">In words, the database first.</param>
/// <param name="IsWarning">Nothing is maintained there until it is seen to.</param>
internal sealed record PlaceNews(string Line, bool IsWarning);
