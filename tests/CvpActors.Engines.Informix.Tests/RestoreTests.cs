using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Testing;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>The way back: off-line, the archive, on-line, and what is said when a step does not do what it should.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly StandInServer _server = new();
    private readonly TempDirectory _directory = new();
    private readonly List<string> _told = [];
    private readonly ReportingTables _tables;

    public RestoreTests() => _tables = new ReportingTables(_server).Plain("call").Rows("call", 1, 3);

    private string Backup => _directory.File("cvp_backup_data.old");

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("on-line", "quiescent")]
    [InlineData("quiescent", "recovery")]
    [InlineData("off-line", "quiescent")]
    public async Task The_server_is_as_it_was_when_the_backup_was_made_and_on_line(string before, string after)
    {
        await BackUpAsync();
        _tables.Rows("call", 0, 5);
        _server.Mode(before);
        _server.Fault("after-restore", after);

        await RestoreAsync();

        Assert.Equal(3, _tables.Count("call"));
        Assert.Equal("on-line", _server.MetaOf("mode"));
        Assert.Equal(before == "off-line", !_told.Exists(line => line.StartsWith("onmode -ky", StringComparison.Ordinal)));
        Assert.Contains("Archive level: 0", _told);
        Assert.Equal("cvp is on-line", _told[^1]);
    }

    [Fact]
    public async Task What_is_no_archive_takes_no_server_off_line()
    {
        await File.WriteAllTextAsync(Backup, new string('x', 5000));

        Assert.Contains("nothing was touched", (await Assert.ThrowsAsync<RestoreFailedException>(() => RestoreAsync())).Message, StringComparison.Ordinal);

        Assert.Equal("", _server.MetaOf("mode"));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_server_that_does_not_go_off_line_is_not_restored_over()
    {
        await BackUpAsync();
        _tables.Rows("call", 0, 5);
        _server.Fault("stays-on-line");

        Assert.Contains("cvp is on-line 1 s after onmode -ky", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(8, _tables.Count("call"));
    }

    [Fact]
    public async Task An_ontape_that_fails_is_quoted_and_the_way_out_is_said()
    {
        await BackUpAsync();
        _server.Fault("restore-fails");

        var message = (await FailAsync()).Message;

        Assert.Contains("ontape -p of cvp ended with 1: Physical restore failed", message, StringComparison.Ordinal);
        Assert.Contains("restore again", message, StringComparison.Ordinal);
        Assert.Equal("off-line", _server.MetaOf("mode"));
    }

    [Fact]
    public async Task An_ontape_that_makes_no_progress_is_ended()
    {
        await BackUpAsync();
        _server.Fault("restore-hangs");

        Assert.Contains("made no progress for 2 s", (await FailAsync(_server.Options with { StallAfter = TimeSpan.FromSeconds(2) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_is_cancelled_says_what_it_has_left()
    {
        await BackUpAsync();
        _server.Fault("restore-hangs");
        using var stop = new CancellationTokenSource();
        var restoring = RestoreAsync(cancellation: stop.Token);
        await Poll.UntilAsync(() => HasTold("Archive level: 0"), TimeSpan.FromSeconds(30));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restoring);
        Assert.StartsWith("cancelled: the server's data are neither the old nor the restored", _told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_come_on_line_again_is_named_by_its_state()
    {
        await BackUpAsync();
        _server.Fault("stays-quiescent");

        Assert.Contains("cvp is quiescent 1 s after onmode -m", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_fenced_takes_no_server_off_line()
    {
        await BackUpAsync();

        await Assert.ThrowsAsync<FencedException>(() => RestoreAsync(run: TestRun.Create(token: 4, new Fence(5))));

        Assert.Equal("", _server.MetaOf("mode"));
    }

    [Fact]
    public async Task There_is_no_place_but_the_server_itself_and_that_is_said()
    {
        var restorer = new InformixRestorer(_server.Options, TimeProvider.System);

        Assert.Null(await restorer.ChoosePlaceAsync(41, CancellationToken.None));
        var (elsewhere, _) = await restorer.LookAtAsync("/srv/new", 1, toBePurged: false, CancellationToken.None);
        var (live, _) = await restorer.LookAtAsync(RestoreOrder.Live, 1, toBePurged: false, CancellationToken.None);

        Assert.Contains("allowed: live, which is the whole server cvp", elsewhere.Problem, StringComparison.Ordinal);
        Assert.Equal((true, null), (live.IsLive, live.Problem));
        Assert.Contains("all databases of the server cvp", live.Replaces, StringComparison.Ordinal);
    }

    private void Tell(string line)
    {
        lock (_told)
        {
            _told.Add(line);
        }
    }

    private bool HasTold(string line)
    {
        lock (_told)
        {
            return _told.Contains(line);
        }
    }

    private Task BackUpAsync() => new InformixEngine(_server.Options, TimeProvider.System).DumpAsync(Backup, TestRun.Create(), CancellationToken.None);

    private async Task RestoreAsync(InformixOptions? options = null, RunContext? run = null, CancellationToken cancellation = default)
    {
        var restorer = new InformixRestorer(options ?? _server.Options, TimeProvider.System) { ChangesWithin = TimeSpan.FromSeconds(1) };
        var telling = (run ?? TestRun.Create()) with { Tell = Tell };
        await using var staged = await restorer.StageAsync(Backup, RestoreOrder.Live, toBePurged: false, telling, cancellation);
        await staged.PublishAsync(telling, cancellation);
    }

    private Task<ReportingDatabaseException> FailAsync(InformixOptions? options = null) => Assert.ThrowsAnyAsync<ReportingDatabaseException>(() => RestoreAsync(options));
}
