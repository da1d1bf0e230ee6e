using CvpActors.Node.Hosting;
using Microsoft.Data.Sqlite;

namespace CvpActors.Node.Offline;

/// <summary>
/// The embedded journal and snapshots of a node that does not run, and cannot be started until this is disposed. What is read is a copy
/// of the files in the temporary directory: merely opening them would settle what a killed node left in their write-ahead logs.
/// </summary>
internal sealed class SqliteJournal : IDisposable
{
    /// <summary>A database, and what a killed process leaves beside it.</summary>
    private static readonly string[] Parts = ["", "-wal"];

    private readonly IDisposable _hold;
    private readonly DirectoryInfo _copies;
    private readonly JournalTables _tables;
    private readonly SqliteConnection _journal;
    private readonly SqliteConnection _snapshots;

    private SqliteJournal(string dataDirectory, IDisposable hold, DirectoryInfo copies, JournalTables tables)
    {
        (_hold, _copies, _tables) = (hold, copies, tables);
        _journal = Copied(NodeConfiguration.JournalFile(dataDirectory));
        _snapshots = Copied(NodeConfiguration.SnapshotsFile(dataDirectory));
    }

    /// <param name="dataDirectory">The data directory of a node.</param>
    /// <param name="tables">What its tables are called.</param>
    /// <exception cref="JournalCopyException">There is no journal in the directory, or a node runs on it, or it cannot be read.</exception>
    public static SqliteJournal Open(string dataDirectory, JournalTables tables)
    {
        foreach (var file in new[] { NodeConfiguration.JournalFile(dataDirectory), NodeConfiguration.SnapshotsFile(dataDirectory) })
        {
            if (!File.Exists(file))
            {
                throw new JournalCopyException($"{file} is not there; allowed: the data directory of a node whose journal is in it");
            }
        }

        var hold = Hold(dataDirectory);
        var copies = Directory.CreateTempSubdirectory("cvpctl-");
        try
        {
            return new SqliteJournal(dataDirectory, hold, copies, tables);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            copies.Delete(recursive: true);
            hold.Dispose();
            throw Unreadable(dataDirectory, e);
        }
    }

    /// <summary>All rows of a table, in the order in which they were written.</summary>
    /// <exception cref="SqliteException">The table is not there or is damaged.</exception>
    public SqliteDataReader Read(JournalTable table) => Command(table, $"""SELECT * FROM "{table.Name}" ORDER BY rowid""").ExecuteReader();

    /// <exception cref="SqliteException">The table is not there or is damaged.</exception>
    public async Task<IReadOnlyList<StreamCount>> CountAsync(JournalTable table, CancellationToken cancellation)
    {
        await using var query = Command(table, StreamCount.Query(table));
        return await StreamCount.ReadAsync(query, cancellation);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _snapshots.Dispose();
        _copies.Delete(recursive: true);
        _hold.Dispose();
    }

    private static IDisposable Hold(string dataDirectory)
    {
        try
        {
            return DataDirectories.TryHold(dataDirectory) ?? throw new JournalCopyException($"{dataDirectory} is in use by a node that runs; stop it first");
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unreadable(dataDirectory, e);
        }
    }

    private static JournalCopyException Unreadable(string dataDirectory, Exception cause) => new($"{dataDirectory} cannot be read ({cause.Message})", cause);

    private SqliteConnection Copied(string file)
    {
        var copy = Path.Combine(_copies.FullName, Path.GetFileName(file));
        foreach (var part in Parts.Where(part => File.Exists(file + part)))
        {
            File.Copy(file + part, copy + part);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private SqliteCommand Command(JournalTable table, string sql)
    {
        var command = (table == _tables.Snapshots ? _snapshots : _journal).CreateCommand();
#pragma warning disable CA2100 // the names of tables and columns are Akka's
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
