using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>Rows that a trigger does not let go. A dry run cannot know without trying: it tries on a copy.</summary>
public sealed class PurgeTriggersTests : IDisposable
{
    private readonly PurgeFixture _purge = new();

    public void Dispose() => _purge.Dispose();

    [Theory]
    [InlineData("raise(ABORT, 'not this one')", "not this one")]
    [InlineData("raise(FAIL, 'not this one')", "not this one")]
    [InlineData("raise(ROLLBACK, 'not this one')", "not this one")]
    [InlineData("raise(IGNORE)", "a trigger ignores the deletion")]
    public async Task A_row_that_a_trigger_refuses_stays_and_all_others_go(string raise, string reason)
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE gone(id);
            CREATE TRIGGER stop BEFORE DELETE ON call BEGIN
                INSERT INTO gone VALUES (old.id);
                SELECT {raise} WHERE old.id IN (1, 31, 33, 99);
            END;
            """);
        var plan = PurgeFixture.Plan(PurgeFixture.Category("call"));

        var foretold = await _purge.PurgeAsync(plan, dryRun: true);
        Assert.Equal(100, _purge.Count());
        Assert.Equal(0, _purge.Count("gone"));
        var result = await _purge.PurgeAsync(plan);

        foreach (var call in new[] { foretold.Categories[0], result.Categories[0] })
        {
            Assert.Equal(46, call.Rows);
            Assert.Equal([new KeptRows(reason, 4)], call.Kept!.Value.AsEnumerable());
        }

        Assert.Equal(54, _purge.Count());
        Assert.Equal(46, _purge.Count("gone"));
    }

    [Fact]
    public async Task A_constraint_that_a_trigger_breaks_keeps_its_row_only()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE gone(id INTEGER PRIMARY KEY); INSERT INTO gone VALUES (31);
            CREATE TRIGGER note AFTER DELETE ON call BEGIN INSERT INTO gone VALUES (old.id); END;
            """);

        var call = (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")))).Categories[0];

        Assert.Equal(49, call.Rows);
        Assert.Equal([new KeptRows("UNIQUE constraint failed: gone.id", 1)], call.Kept!.Value.AsEnumerable());
    }

    [Fact]
    public async Task A_deferred_key_that_a_trigger_breaks_keeps_its_row_only()
    {
        _purge.Calls();
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE site(id INTEGER PRIMARY KEY);
            CREATE TABLE note(site INTEGER REFERENCES site(id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER odd AFTER DELETE ON call WHEN old.id = 31 BEGIN INSERT INTO note VALUES (7); END;
            """);

        var call = (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")))).Categories[0];

        Assert.Equal(49, call.Rows);
        Assert.Equal([new KeptRows("FOREIGN KEY constraint failed", 1)], call.Kept!.Value.AsEnumerable());
    }

    [Fact]
    public async Task A_row_that_a_trigger_guards_until_others_are_gone_goes_in_the_same_purge()
    {
        // What programs without foreign keys write: 1 may go after 3, 3 after 5 and so on.
        _purge.Calls(40);
        SampleDatabase.Execute(_purge.Database, """
            CREATE TRIGGER guard BEFORE DELETE ON call WHEN EXISTS (SELECT 1 FROM call WHERE id = old.id + 2) AND old.id % 2 AND old.id < 39
            BEGIN SELECT raise(ABORT, 'still needed'); END;
            """);

        Assert.Equal(20, (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")))).Rows);
    }

    [Fact]
    public async Task Of_a_circle_in_which_a_trigger_refuses_one_row_what_that_one_refers_to_stays_as_well()
    {
        SampleDatabase.Execute(_purge.Database, """
            PRAGMA foreign_keys = OFF;
            CREATE TABLE call(id INTEGER PRIMARY KEY, next INTEGER REFERENCES call(id), startdatetime INTEGER);
            INSERT INTO call VALUES (1, 2, 1770000000), (2, 1, 1770000000), (3, 4, 1770000000), (4, 3, 1770000000), (5, NULL, 1774900000);
            CREATE TRIGGER stop BEFORE DELETE ON call WHEN old.id = 3 BEGIN SELECT raise(ABORT, 'not this one'); END;
            """);

        var call = (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call")))).Categories[0];

        Assert.Equal(2, call.Rows);
        Assert.Equal([new KeptRows("call(next)", 1), new KeptRows("not this one", 1)], call.Kept!.Value.AsEnumerable());
        Assert.Equal(["3", "4", "5"], SampleDatabase.Column(_purge.Database, "SELECT CAST(id AS TEXT) FROM call ORDER BY id"));
    }

    [Theory]
    [InlineData("INSERT INTO note(call_id) VALUES (2)", "call_id INTEGER REFERENCES call(id) ON DELETE CASCADE")]
    [InlineData("UPDATE note SET call_id = 2", "call_id INTEGER REFERENCES call(id) ON DELETE CASCADE")]
    [InlineData("UPDATE call SET startdatetime = 1770000000 WHERE id = 4", "call_id INTEGER REFERENCES call(id) ON DELETE SET NULL")]
    [InlineData("INSERT INTO note(call_id) VALUES (2)", "rowid TEXT, oid TEXT, _rowid_ TEXT, call_id INTEGER REFERENCES call(id) ON DELETE CASCADE")]
    public async Task What_a_trigger_refers_to_on_the_way_stays(string written, string columns)
    {
        SampleDatabase.Execute(_purge.Database, $"""
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE note({columns});
            INSERT INTO call VALUES (1, 1770000000), (2, 1770000000), (3, 1770000000), (4, 1774900000);
            INSERT INTO note(call_id) VALUES (4);
            CREATE TRIGGER late AFTER DELETE ON call WHEN old.id = 1 BEGIN {written}; END;
            """);

        var call = (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call"), 1))).Categories[0];

        // Call 4 becomes an old one before the purge comes to it.
        Assert.Equal(written.StartsWith("UPDATE call", StringComparison.Ordinal) ? 3 : 2, call.Rows);
        Assert.Equal([new KeptRows("note(call_id)", 1)], call.Kept!.Value.AsEnumerable());
        Assert.Equal(0, SampleDatabase.Scalar<long>(_purge.Database, "SELECT count(*) FROM note WHERE call_id IS NULL OR call_id NOT IN (SELECT id FROM call)"));
        Assert.Equal(written.StartsWith("INSERT", StringComparison.Ordinal) ? 2 : 1, _purge.Count("note"));
    }

    [Fact]
    public async Task Notes_of_our_own_are_not_counted_as_what_a_cascade_changed()
    {
        // Of leg an unindexed key refers to call without an action: it is noted. The cascade to part writes to it.
        SampleDatabase.Execute(_purge.Database, """
            CREATE TABLE call(id INTEGER PRIMARY KEY, startdatetime INTEGER);
            CREATE TABLE part(call_id INTEGER REFERENCES call(id) ON DELETE CASCADE);
            CREATE TABLE leg(call_id INTEGER REFERENCES call(id));
            INSERT INTO call VALUES (1, 1770000000), (2, 1770000000), (3, 1770000000);
            INSERT INTO part VALUES (1), (1);
            CREATE TRIGGER late AFTER DELETE ON part BEGIN INSERT INTO leg VALUES (3); END;
            """);

        var call = (await _purge.PurgeAsync(PurgeFixture.Plan(PurgeFixture.Category("call") with { CascadeAllowed = true }, 100))).Categories[0];

        Assert.Equal((2L, 4L), (call.Rows, call.Cascaded!.Value));
        Assert.Equal([new KeptRows("leg(call_id)", 1)], call.Kept!.Value.AsEnumerable());
    }
}
