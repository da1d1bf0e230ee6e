using System.Globalization;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;

namespace CvpActors.Engines.Informix.Tests.StandIn;

/// <summary>
/// A stand-in for an Informix server, in a folder that looks like an INFORMIXDIR: its four programs are one script (informix_stand_in.py), its
/// data a SQLite file. What it is to do wrong is said by files in a folder <c>faults</c>.
/// </summary>
public sealed class StandInServer : IDisposable
{
    private const string Server = "cvp";
    private static readonly string[] Programs = ["ontape", "onstat", "onmode", "dbaccess"];
    private readonly TempDirectory _directory = new();

    public StandInServer()
    {
        foreach (var folder in new[] { "bin", "etc", "faults", "tmp", "tape" })
        {
            _directory.Sub(folder);
        }

        foreach (var program in Programs)
        {
            var file = _directory.File($"bin/{program}");
            File.WriteAllText(file, $"#!/bin/sh\nexec python3 -I -S '{AppContext.BaseDirectory}StandIn/informix_stand_in.py' {program} \"$@\"\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        File.WriteAllText(_directory.File("tmp/online.log"), "08:00:00  IBM Informix Dynamic Server Started.\n09:00:00  Archive on rootdbs ABORTED.\n");
        File.WriteAllText(_directory.File("etc/sqlhosts"), $"{Server} onsoctcp localhost 9088\n");
        TapeDevice(_directory.File("tape"));
        Sql(
            "CREATE TABLE standin_meta (key TEXT PRIMARY KEY, value TEXT);"
            + "CREATE TABLE sysdbstab (dbsnum INTEGER, name TEXT, flags INTEGER, level0 INTEGER, level1 INTEGER, level2 INTEGER);"
            + "INSERT INTO sysdbstab VALUES (1, 'rootdbs', 1, 0, 0, 0), (2, 'cvpdbs', 1, 0, 0, 0), (3, 'tempdbs', 8193, 0, 0, 0);"
            + "CREATE TABLE systables (tabid INTEGER PRIMARY KEY, tabname TEXT, fragcolumn TEXT);"
            + "CREATE TABLE sysfragments (tabid INTEGER, fragtype TEXT, partition TEXT, exprtext TEXT, dbspace TEXT, lo TEXT, hi TEXT);"
            + "CREATE TABLE sysreferences (ptabid INTEGER, child TEXT, columns TEXT, delrule TEXT);");
    }

    public string Directory => _directory.Path;

    public InformixOptions Options => new(_directory.Path, Server, "onconfig.cvp", _directory.File("etc/sqlhosts"), "cvp_data")
    {
        User = Environment.UserName,
        StallAfter = TimeSpan.FromSeconds(60),
        FirstRetryAfter = TimeSpan.FromMilliseconds(20),
    };

    public string[] SqlLog => File.Exists(_directory.File("sql.log")) ? File.ReadAllLines(_directory.File("sql.log")) : [];

    public void Dispose() => _directory.Dispose();

    public string PathOf(string name) => _directory.File(name);

    public void TapeDevice(string device) => File.WriteAllText(
        _directory.File("etc/onconfig.cvp"), $"DBSERVERNAME {Server}\nSERVERNUM 7\nTAPEDEV {device}\nLTAPEDEV /dev/null\nMSGPATH $INFORMIXDIR/tmp/online.log\n");

    public void Mode(string mode) => Meta("mode", mode);

    public void Meta(string key, string value) => Sql($"INSERT OR REPLACE INTO standin_meta VALUES ('{key}', '{value}')");

    public string MetaOf(string key) => Convert.ToString(Scalar($"SELECT value FROM standin_meta WHERE key = '{key}'"), CultureInfo.InvariantCulture) ?? "";

    public void Fault(string name, string detail = "") => File.WriteAllText(_directory.File($"faults/{name}"), detail);

    /// <summary>The next statements that a pattern finds fail so many times.</summary>
    public void SqlFault(string pattern, int number, int isam, int times, string text = "An error of the stand-in.") =>
        File.AppendAllText(_directory.File("faults/sql"), $"{pattern}\t{number}\t{isam}\t{text}\t{times}\n");

    public void NoFaults()
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(_directory.File("faults")))
        {
            File.Delete(file);
        }
    }

    public void Sql(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql) => Convert.ToInt64(Scalar(sql), CultureInfo.InvariantCulture);

    public object? Scalar(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={_directory.File("server.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        return connection;
    }
}
