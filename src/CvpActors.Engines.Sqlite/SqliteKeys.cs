namespace CvpActors.Engines.Sqlite;

/// <summary>Reads keys that are few.</summary>
internal static class SqliteKeys
{
    /// <param name="session">Where to read.</param>
    /// <param name="target">Whose keys they are.</param>
    /// <param name="sql">Gives the key's columns.</param>
    public static List<object?[]> Read(SqliteSession session, PurgeTarget target, string sql)
    {
        var keys = new List<object?[]>();
        using var rows = session.Prepare(sql);
        while (rows.Step())
        {
            keys.Add(rows.Key(target.Table.Key.Count));
        }

        return keys;
    }
}
