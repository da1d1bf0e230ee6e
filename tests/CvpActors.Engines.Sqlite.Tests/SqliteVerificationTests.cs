using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>How far a dump can be verified, and that dividing the check between tables loses nothing of it.</summary>
public sealed class SqliteVerificationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Dump => _directory.File("dump");

    private Task<Verification?> VerifyAsync() => new SqliteEngine(new SqliteOptions(_directory.File("reporting.db"))).VerifyAsync(Dump, CancellationToken.None);

    /// <summary>Trees of all kinds and several levels, rows that run over many pages, free pages, one table without any index.</summary>
    private void CreateAllKinds(int pageBytes, string more = "")
    {
        using var connection = SampleDatabase.Open(Dump);
        Execute(connection, $"""
            PRAGMA page_size = {pageBytes}; {more}
            CREATE TABLE call(id INTEGER PRIMARY KEY, who TEXT, note TEXT);
            CREATE INDEX call_who ON call(who); CREATE INDEX call_note ON call(note);
            CREATE TABLE keyed(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;
            CREATE TABLE plain(a); CREATE TABLE other(a); CREATE TABLE dropped(a);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
              INSERT INTO call SELECT i, 'caller ' || i % 17, CASE i % 40 WHEN 0 THEN hex(zeroblob(5000)) || i ELSE 'note ' || i END FROM n;
            INSERT INTO keyed SELECT who || id, randomblob(id * 3) FROM call;
            INSERT INTO plain SELECT id FROM call; INSERT INTO other SELECT id FROM call; INSERT INTO dropped SELECT note FROM call;
            DROP TABLE dropped; DELETE FROM call WHERE id BETWEEN 100 AND 160;
            """);
    }

    [Theory]
    [InlineData(512, "")]
    [InlineData(4096, "")]
    [InlineData(65536, "")]
    [InlineData(1024, "PRAGMA auto_vacuum = FULL;")]
    [InlineData(4096, "PRAGMA auto_vacuum = INCREMENTAL;")]
    public async Task A_sound_database_is_verified_in_full_whatever_its_pages_are(int pageBytes, string more)
    {
        CreateAllKinds(pageBytes, more);

        Assert.Equal(Verification.Full, await VerifyAsync());
    }

    [Fact]
    public async Task What_the_whole_check_finds_is_found_when_it_is_divided()
    {
        CreateAllKinds(512);
        var sound = await File.ReadAllBytesAsync(Dump);
        var random = new Random(20260301);
        var found = 0;
        for (var flip = 0; flip < 250; flip++)
        {
            // The first bytes of a page are its structure, where a flip does the most.
            var damaged = (byte[])sound.Clone();
            var page = random.Next(1, sound.Length / 512);
            damaged[(page * 512) + random.Next(0, flip % 2 == 0 ? 16 : 512)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Dump, damaged);
            var whole = WholeCheck();
            if (whole == "ok")
            {
                continue;
            }

            found++;
            Verification? verified = null;
            var refused = await Record.ExceptionAsync(async () => verified = await VerifyAsync());
            Assert.True(refused is BackupFailedException || verified?.Extent == VerifiedExtent.Pages, $"flip {flip} in page {page + 1}: the whole check says {whole}");
        }

        Assert.InRange(found, 50, 250);
    }

    [Theory]
    [InlineData("UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'plain') WHERE name = 'other'", "used twice")]
    [InlineData("DELETE FROM sqlite_schema WHERE name = 'other'", "never used")]
    public async Task A_page_of_two_tables_or_of_none_is_found_though_each_table_is_sound(string change, string said)
    {
        CreateAllKinds(4096);
        using (var connection = SampleDatabase.Open(Dump))
        {
            Execute(connection, $"PRAGMA writable_schema = ON; {change};");
        }

        var refused = await Assert.ThrowsAsync<BackupFailedException>(VerifyAsync);

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> NeedingTheirProgram => new()
    {
        { "collation", "agent needs the collation GERMAN_PHONE" },
        { "function", "caller needs the function norm_number" },
        { "tokenizer", "note cannot be opened without its own program (fts5" },
        { "module", "call_vec needs the module vec0" },
        { "not null", "rows of call do not meet what the table is declared with (NULL value in call.seconds)" },
        { "keyed", "keyed needs the collation GERMAN_PHONE" },
    };

    [Theory]
    [MemberData(nameof(NeedingTheirProgram))]
    public async Task What_needs_its_own_program_is_verified_as_far_as_its_pages_and_the_reason_is_told(string kind, string reason)
    {
        Create(kind);

        var verified = await VerifyAsync();

        Assert.Equal(VerifiedExtent.Pages, verified!.Extent);
        Assert.Contains(reason, verified.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NeedingTheirProgram))]
    public async Task Damage_is_found_there_all_the_same(string kind, string reason)
    {
        Create(kind);
        using (var file = File.OpenWrite(Dump))
        {
            // Half of what comes after the schema; rows that were written in order end there.
            file.Position = file.Length / 4096 / 2 * 4096;
            file.Write(Enumerable.Repeat((byte)0xa5, 4096).ToArray());
        }

        var refused = await Assert.ThrowsAsync<BackupFailedException>(VerifyAsync);

        Assert.DoesNotContain(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_does_not_meet_a_check_constraint_is_what_its_program_wrote()
    {
        Create("check");

        Assert.Equal(Verification.Full, await VerifyAsync());
    }

    [Fact]
    public async Task So_many_rows_without_a_value_that_the_check_ends_are_told_as_such()
    {
        Create("not null");
        using (var connection = SampleDatabase.Open(Dump))
        {
            Execute(connection, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'call';");
        }

        using (var connection = SampleDatabase.Open(Dump))
        {
            Execute(connection, "UPDATE call SET seconds = NULL; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'seconds INTEGER', 'seconds INTEGER NOT NULL') WHERE name = 'call';");
        }

        Assert.Contains("were not looked at", (await VerifyAsync())!.Reason, StringComparison.Ordinal);
    }

    private void Create(string kind)
    {
        using var connection = SampleDatabase.Open(Dump);
        connection.CreateCollation("GERMAN_PHONE", (left, right) => string.CompareOrdinal(left.ToUpperInvariant(), right.ToUpperInvariant()));
        connection.CreateFunction("norm_number", (string? text) => text?.Replace(" ", "", StringComparison.Ordinal), isDeterministic: true);
        Execute(connection, """
            CREATE TABLE call(id INTEGER PRIMARY KEY, seconds INTEGER);
            CREATE INDEX call_seconds ON call(seconds);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO call SELECT i, i % 100 FROM n;
            """);
        Execute(connection, kind switch
        {
            "collation" => "CREATE TABLE agent(name TEXT COLLATE GERMAN_PHONE); CREATE INDEX agent_name ON agent(name); INSERT INTO agent VALUES ('b'), ('A'), ('C');",
            "function" => "CREATE TABLE caller(number TEXT); CREATE INDEX caller_norm ON caller(norm_number(number)); INSERT INTO caller VALUES ('555 01'), ('555 02');",
            "keyed" => "CREATE TABLE keyed(name TEXT COLLATE GERMAN_PHONE PRIMARY KEY) WITHOUT ROWID; INSERT INTO keyed VALUES ('b'), ('A'), ('C'), ('a2');",
            "tokenizer" => "CREATE VIRTUAL TABLE note USING fts5(body, tokenize = 'unicode61'); INSERT INTO note VALUES ('caller hung up');"
                + "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'unicode61', 'ourstemmer') WHERE name = 'note';",
            "module" => "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'call_vec', 'call_vec', 0, 'CREATE VIRTUAL TABLE call_vec USING vec0(v float[4])');",
            "check" => "INSERT INTO call VALUES (5000, -1); PRAGMA writable_schema = ON;"
                + "UPDATE sqlite_schema SET sql = 'CREATE TABLE call(id INTEGER PRIMARY KEY, seconds INTEGER CHECK(seconds >= 0))' WHERE name = 'call';",
            _ => "INSERT INTO call VALUES (5000, NULL); PRAGMA writable_schema = ON;"
                + "UPDATE sqlite_schema SET sql = 'CREATE TABLE call(id INTEGER PRIMARY KEY, seconds INTEGER NOT NULL)' WHERE name = 'call';",
        });
    }

    private string WholeCheck()
    {
        try
        {
            return SampleDatabase.Scalar<string>(Dump, "PRAGMA integrity_check");
        }
        catch (SqliteException e)
        {
            return e.Message;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
