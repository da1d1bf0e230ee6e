namespace CvpActors.Engines.Sqlite;

/// <summary>A SQLite reporting database.</summary>
/// <param name="Path">Its file.</param>
/// <param name="BusyTimeout">How long a lock that another process holds is waited for before a run fails; null: 30 seconds.</param>
public sealed record SqliteOptions(string Path, TimeSpan? BusyTimeout = null)
{
    /// <summary>The wait when none is configured.</summary>
    public static TimeSpan DefaultBusyTimeout { get; } = TimeSpan.FromSeconds(30);

    internal string FullPath => System.IO.Path.GetFullPath(Path);
}
