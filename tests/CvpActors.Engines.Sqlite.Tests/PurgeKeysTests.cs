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
}
