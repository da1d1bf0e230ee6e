using CvpActors.Engines.Postgres.Server;
using CvpActors.Testing;
using Npgsql;

// Servers beside each other would only make each other slow.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace CvpActors.Engines.Postgres.Tests;

/// <summary>One server for all tests that leave it running; each has a database of its own.</summary>
public sealed class ServerFixture : IDisposable
{
    private int _databases;

    public PostgresServer Server { get; } = new();

    /// <summary>A new database with what a script makes, to which it is <c>current_db</c>.</summary>
    public SampleServerDatabase Create(string script)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        return new SampleServerDatabase(Server.CreateDatabase(name), script.Replace("current_db ", name + " ", StringComparison.Ordinal));
    }

    /// <summary>A database that something else has made.</summary>
    public SampleServerDatabase At(string name) => new(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = name }.ConnectionString, "SELECT 1");

    public void Dispose() => Server.Dispose();
}

[CollectionDefinition(Name)]
public sealed class ServerCollection : ICollectionFixture<ServerFixture>
{
    public const string Name = "server";
}

/// <summary>A database of a test, and single looks at it.</summary>
public sealed class SampleServerDatabase
{
    /// <summary>Two one-row tables that writers change together, and some hundred kilobytes of calls.</summary>
    public const string Calls = """
        CREATE TABLE first(n int); INSERT INTO first VALUES (0);
        CREATE TABLE call(id int PRIMARY KEY, at timestamptz, payload text);
        INSERT INTO call SELECT i, timestamptz '2026-01-01' + i * interval '1 s', repeat(md5(i::text), 5) FROM generate_series(1, 2000) i;
        CREATE INDEX ON call(at);
        CREATE TABLE second(n int); INSERT INTO second VALUES (0);
        """;

    public SampleServerDatabase(string connectionString, string script)
    {
        ConnectionString = connectionString;
        Execute(script);
    }

    public string ConnectionString { get; }

    public string Name => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    public PostgresOptions Options(BackupMethod method = BackupMethod.Dump) => new(ConnectionString) { Method = method };

    public NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        return connection;
    }

    public void Execute(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public T Scalar<T>(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        return (T)command.ExecuteScalar()!;
    }

    public string[] Column(string sql)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(sql, connection);
        using var rows = command.ExecuteReader();
        var values = new List<string>();
        while (rows.Read())
        {
            values.Add(rows.GetValue(0).ToString()!);
        }

        return [.. values];
    }

    /// <summary>Writes until it is disposed, each time into three tables in one transaction.</summary>
    public SampleWriter Write() => new(this);
}

/// <summary>A writer that goes on meanwhile: <c>first</c>, a call of its number, <c>second</c>.</summary>
public sealed class SampleWriter : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private int _written;

    public SampleWriter(SampleServerDatabase database) => _writing = Task.Run(() =>
    {
        using var connection = database.Open();
        while (!_stop.IsCancellationRequested)
        {
            var n = _written + 1;
            using var command = new NpgsqlCommand(
                $"UPDATE first SET n = {n}; INSERT INTO call VALUES ({1_000_000 + n}, now(), md5('{n}')); UPDATE second SET n = {n}", connection);
            command.ExecuteNonQuery();
            Volatile.Write(ref _written, n);
        }
    });

    public int Written => Volatile.Read(ref _written);

    /// <summary>What such a database must hold, whichever moment it is of.</summary>
    public static void AssertIsOfOneMoment(SampleServerDatabase copy, SampleServerDatabase original)
    {
        var n = copy.Scalar<int>("SELECT n FROM first");
        Assert.Equal(n, copy.Scalar<int>("SELECT n FROM second"));

        // Rows are only ever added: those up to the moment are the same to the byte, and there are no others.
        const string Rows = "SELECT md5(string_agg(c::text, E'\\n' ORDER BY id)) || ' ' || count(*) FROM call c";
        Assert.Equal(original.Scalar<string>($"{Rows} WHERE id <= {1_000_000 + n}"), copy.Scalar<string>(Rows));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _writing.Wait();
        _stop.Dispose();
    }
}
