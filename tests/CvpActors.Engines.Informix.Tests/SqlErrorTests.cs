using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Testing;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>SQL errors, known by their numbers: what is tried again, what with fewer rows, and what fails.</summary>
public sealed class SqlErrorTests : IDisposable
{
    private readonly StandInServer _server = new();
    private readonly ReportingTables _tables;

    public SqlErrorTests() => _tables = new ReportingTables(_server).Plain("call").Rows("call", 40, 20).Rows("call", 1, 1);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("  206: The specified table (x) is not in the database.\n\n  111: ISAM error:  no record found.\nError in line 1\nNear character position 20\n", 206, 111, "Failure")]
    [InlineData("\nDatabase selected.\n\n\n  244: Could not do a physical-order read to fetch next row.\n\n  154: ISAM error:  Lock Timeout Expired\n", 244, 154, "Retry")]
    [InlineData("  244: Could not do a physical-order read to fetch next row.\n\n  134: ISAM error:  no more locks\n", 244, 134, "TooLarge")]
    [InlineData("  244: Could not do a physical-order read to fetch next row.\n\n  105: ISAM error:  bad file format\n", 244, 105, "Failure")]
    [InlineData("  458: Long transaction aborted.\n\n  12204: RSAM error: Long transaction detected.\n", 458, null, "TooLarge")]
    [InlineData("  -107: ISAM error:  record is locked.\n", 107, null, "Retry")]
    [InlineData("  143: ISAM error:  deadlock detected\n", 143, null, "Retry")]
    [InlineData("  387: No connect permission.\n", 387, null, "Failure")]
    public void An_error_is_read_by_its_numbers_and_sorted(string said, int number, int? isam, string kind)
    {
        var error = SqlError.Find(said)!;

        Assert.Equal((number, isam, kind), (error.Number, error.Isam, error.Kind.ToString()));
    }

    [Theory]
    [InlineData("\nDatabase selected.\n\n20 row(s) deleted.\n\nDatabase closed.\n")]
    [InlineData("")]
    public void What_is_no_error_is_none(string said) => Assert.Null(SqlError.Find(said));

    [Theory]
    [InlineData(244, 107)]
    [InlineData(271, 143)]
    [InlineData(244, 154)]
    public async Task A_lock_that_somebody_else_has_is_waited_for_and_tried_again_within_the_attempt(int number, int isam)
    {
        _server.SqlFault("EXECUTE FUNCTION", number, isam, times: 2);

        Assert.Equal(20, (await PurgeAsync()).Rows);
        Assert.Equal(3, _server.SqlLog.Count(sql => sql.StartsWith("EXECUTE FUNCTION", StringComparison.Ordinal)));
        Assert.Contains("SET LOCK MODE TO WAIT 30", _server.SqlLog);

        // What failed was never followed by a COMMIT.
        Assert.Equal(1, _server.SqlLog.Count(sql => sql.StartsWith("COMMIT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_failure_is_not_tried_again_and_rolls_its_batch_back()
    {
        _server.SqlFault("COMMIT", 271, 131, times: 1, "Could not insert new row into the table.");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(PurgeAsync);

        Assert.Contains("cvp, database cvp_data: error -271", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(21, _tables.Count("call"));
        Assert.Equal(1, _server.SqlLog.Count(sql => sql.StartsWith("COMMIT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("most-locks")]
    [InlineData("most-log")]
    public async Task A_batch_that_is_too_large_for_locks_or_logs_is_made_smaller(string limit)
    {
        _tables.Rows("call", 41, 400);
        _server.Meta(limit, "150");

        Assert.Equal(420, (await PurgeAsync()).Rows);
        Assert.Equal(1, _tables.Count("call"));
    }

    [Fact]
    public async Task A_dbaccess_that_hangs_is_ended()
    {
        _server.Fault("dbaccess-hangs");

        var stopped = await Assert.ThrowsAsync<PurgeStoppedException>(() => PurgeAsync(_server.Options with { StallAfter = TimeSpan.FromSeconds(2) }));

        Assert.Contains("dbaccess of cvp did not answer within 2 s and was ended", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_were_unloaded_are_read_with_what_was_escaped() =>
        Assert.Equal(
            [["a|b", "", "c\\d"], ["two\nlines", "1"]],
            UnloadedRows.Read("a\\|b||c\\\\d|\ntwo\\\nlines|1|\n"));

    private Task<PurgeResult> PurgeAsync() => PurgeAsync(_server.Options);

    private static Task<PurgeResult> PurgeAsync(InformixOptions options) => new InformixPurger(options, TimeProvider.System).PurgeAsync(
        ReportingTables.Plan(ReportingTables.Category("call", 30)), dryRun: false, TestRun.Create(), CancellationToken.None);
}
