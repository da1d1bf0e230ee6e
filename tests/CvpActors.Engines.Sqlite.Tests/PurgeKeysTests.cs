using System.Text;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>Keys travel as they are stored: a purge must neither miss a row nor go on for ever, whatever bytes an old client wrote.</summary>
public sealed class PurgeKeysTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Theory]
    [InlineData("UTF-8", "4164616D,4DFC6C6C6572,4DFC6E6368,4EE467656C65,5A6F65")]
    [InlineData("UTF-8", "61,62FF,63,64")]
    [InlineData("UTF-8", "61,620063,64")]
    [InlineData("UTF-8", "EFBFBD,EFBFBE,F0908080,C3A4")]
    public async Task Text_keys_of_any_bytes_are_found_again(string encoding, string keys)
    {
        var values = string.Join(", ", keys.Split(',').Select(key => $"(CAST(X'{key}' AS TEXT), 1770000000)"));
        SampleDatabase.Execute(_purge.Database, $"PRAGMA encoding = '{encoding}'; CREATE TABLE call(caller TEXT PRIMARY KEY, startdatetime INTEGER) WITHOUT ROWID; INSERT INTO call VALUES {values}");

        for (var batchRows = 1; batchRows <= 2; batchRows++)
        {
            var foretold = await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), batchRows), dryRun: true);
            Assert.Equal(keys.Split(',').Length, foretold.Rows);
        }

        Assert.Equal(keys.Split(',').Length, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 1))).Rows);
        Assert.Equal(0, _purge.Count());
    }

    [Theory]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public async Task A_database_of_utf_16_is_purged_as_well(string encoding)
    {
        SampleDatabase.Execute(_purge.Database, $"""
            PRAGMA encoding = '{encoding}';
            CREATE TABLE call(caller TEXT PRIMARY KEY, startdatetime TEXT) WITHOUT ROWID;
            INSERT INTO call VALUES ('Müller', '2026-01-01 00:00:00'), ('Zoë', '2026-01-01T00:00:00Z'), ('日本', '2026-03-30 00:00:00'), ('𝄞', '2026-01-01');
            """);

        Assert.Equal(3, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call", Domain.Purges.TimestampFormat.Iso8601), 1))).Rows);
        Assert.Equal("日本", SampleDatabase.Scalar<string>(_purge.Database, "SELECT caller FROM call"));
    }

    [Fact]
    public async Task A_table_longer_than_one_read_without_a_single_old_row_is_walked_to_its_end()
    {
        var sql = new StringBuilder("CREATE TABLE call(caller TEXT PRIMARY KEY, startdatetime INTEGER) WITHOUT ROWID;");
        sql.Append("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO call SELECT CAST(X'4DFC' AS TEXT) || i, 1774900000 FROM n;");
        SampleDatabase.Execute(_purge.Database, sql.ToString());

        Assert.Equal(0, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")))).Rows);
    }

    [Theory]
    [InlineData("TEXT COLLATE NOCASE", "BINARY", "")]
    [InlineData("TEXT COLLATE NOCASE", "BINARY", "note")]
    [InlineData("TEXT COLLATE NOCASE", "BINARY", "refer")]
    [InlineData("TEXT", "NOCASE", "")]
    [InlineData("TEXT", "NOCASE", "note")]
    [InlineData("TEXT COLLATE RTRIM", "NOCASE", "refer")]
    public async Task Keys_are_walked_and_compared_as_the_primary_key_compares_them(string type, string collation, string with)
    {
        // To the column or to the key, some of these are the same, and their order differs. Those in the second place are young.
        string[] old = collation == "BINARY" ? ["a", "B", "c", "D", "e", "F", "x", "Y"] : ["a", "B", "c", "D", "e", "F"];
        string[] young = collation == "BINARY" ? ["A", "b", "C", "f", "y"] : ["g", "H", "i"];
        var rows = old.Select(key => $"('{key}', 1770000000, NULL)").Concat(young.Select(key => $"('{key}', 1774900000, '{key}')"));
        SampleDatabase.Execute(_purge.Database, $"""
            PRAGMA foreign_keys = OFF;
            CREATE TABLE call(caller {type}, startdatetime INTEGER, next {(with == "refer" ? "TEXT REFERENCES call(caller)" : "TEXT")}, PRIMARY KEY (caller COLLATE {collation})) WITHOUT ROWID;
            INSERT INTO call VALUES {string.Join(", ", rows)};
            {(with == "note" ? "CREATE TABLE gone(caller); CREATE TRIGGER note AFTER DELETE ON call BEGIN INSERT INTO gone VALUES (old.caller); END;" : "")}
            """);

        for (var batchRows = 1; batchRows <= 3; batchRows++)
        {
            // To a NOCASE column, the young 'A' that names itself refers to 'a' as well.
            var kept = with == "refer" && type.Contains("NOCASE", StringComparison.Ordinal) ? 5 : 0;
            var plan = PurgeFixture.Plan(PurgeFixture.Category("call"), batchRows);
            var foretold = await _purge.PurgeAsync(plan, dryRun: true);
            Assert.Equal(old.Length - kept, foretold.Rows);
            if (batchRows == 3)
            {
                Assert.Equal(old.Length - kept, (await _purge.PurgeAsync(plan)).Rows);
                Assert.Equal(young.Length, SampleDatabase.Scalar<long>(_purge.Database, "SELECT count(*) FROM call WHERE startdatetime = 1774900000"));
                Assert.Equal(young.Length + kept, _purge.Count());
            }
        }
    }

    [Theory]
    [InlineData("TEXT COLLATE NOCASE", "BINARY", ", ('A', 1, 1770000000), ('b', 1, 1770000000)", 2)]
    [InlineData("TEXT", "NOCASE", "", 0)]
    public async Task Batches_of_one_row_miss_none(string type, string collation, string more, int rows)
    {
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE call(caller {type}, site INTEGER, startdatetime INTEGER, PRIMARY KEY (caller COLLATE {collation}, site)) WITHOUT ROWID;
            INSERT INTO call VALUES ('a', 1, 1770000000), ('B', 1, 1770000000), ('A', 2, 1770000000), ('b', 2, 1770000000), ('C', 1, 1774900000), ('d', 1, 1770000000){more};
            """);

        Assert.Equal(5 + rows, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 1))).Rows);
        Assert.Equal("C", SampleDatabase.Scalar<string>(_purge.Database, "SELECT caller FROM call"));
    }

    [Fact]
    public void Reading_on_from_a_key_goes_by_the_primary_keys_index_also_where_the_columns_compare_otherwise()
    {
        SampleDatabase.Execute(_purge.Database, "CREATE TABLE call(caller TEXT COLLATE NOCASE, site INTEGER, startdatetime INTEGER, PRIMARY KEY (caller COLLATE BINARY, site)) WITHOUT ROWID");
        using var session = SqliteSession.OpenDatabase(new SqliteOptions(_purge.Database, null));
        using var plan = session.Prepare("EXPLAIN QUERY PLAN " + PurgeTable.Read(session, "call")!.WalkSql("1", afterKey: true));

        Assert.True(plan.Step());
        Assert.Equal("SEARCH p USING PRIMARY KEY ((caller,site)>(?,?))", plan.Text(3));
        Assert.False(plan.Step());
    }

    [Fact]
    public async Task Where_columns_hide_the_row_id_an_integer_primary_key_is_known_to_be_it()
    {
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE call(oid INTEGER PRIMARY KEY, rowid TEXT, _rowid_ TEXT, startdatetime INTEGER);
            INSERT INTO call VALUES (1, 'a', 'b', 1770000000), (2, 'a', 'b', 1774900000), (3, 'a', 'b', 1770000000);
            """);

        Assert.Equal(2, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 1))).Rows);
        Assert.Equal(2, SampleDatabase.Scalar<long>(_purge.Database, "SELECT oid FROM call"));
    }
}
