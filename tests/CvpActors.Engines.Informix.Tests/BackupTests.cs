using System.Collections.Immutable;
using CvpActors.Backups;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Processes;
using CvpActors.Testing;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>What is refused beforehand, and what is not believed afterwards. Most of what can go wrong here ends with exit status 0.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly StandInServer _server = new();
    private readonly TempDirectory _directory = new();

    private string Dump => _directory.File("dump");

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("on-line")]
    [InlineData("quiescent")]
    public async Task A_server_that_is_on_line_or_quiescent_is_archived_whole_and_recorded(string mode)
    {
        _server.Mode(mode);
        var told = new List<RunProgress>();

        await Engine().DumpAsync(Dump, TestRun.Create(progress: told.Add), CancellationToken.None);

        Assert.Equal("END OF ARCHIVE", System.Text.Encoding.ASCII.GetString((await File.ReadAllBytesAsync(Dump))[^15..^1]));
        Assert.Equal(new FileInfo(Dump).Length, told[^1].Done);
        Assert.Equal(0, _server.Number("SELECT COUNT(*) FROM sysdbstab WHERE flags = 1 AND level0 = 0"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Dump).UnixFileMode);
        Assert.Equal(Verification.Full, await Engine().VerifyAsync(Dump, CancellationToken.None));
    }

    [Theory]
    [InlineData("off-line", "is off-line (\"shared memory not initialized for INFORMIXSERVER 'cvp'\")")]
    [InlineData("recovery", "is in recovery")]
    [InlineData("backup", "is in backup mode")]
    [InlineData("administration", "is in administration mode")]
    [InlineData("shutdown", "is shutting down")]
    public async Task A_server_in_another_mode_is_refused_by_its_mode(string mode, string said)
    {
        _server.Mode(mode);

        Assert.Contains(said, (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Dump));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("NUL")]
    [InlineData("")]
    public async Task A_tape_device_that_is_nowhere_is_refused_though_ontape_would_succeed(string device)
    {
        _server.TapeDevice(device);

        Assert.Contains("TAPEDEV", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(0, _server.Number("SELECT MAX(level0) FROM sysdbstab"));
        Assert.Contains("TAPEDEV", Assert.Single(Engine().FindLimits()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_another_archive_is_under_way_none_is_begun()
    {
        _server.Meta("ongoing", "1");

        Assert.Contains("another archive of cvp is under way (rootdbs, cvpdbs", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Dump));
    }

    [Fact]
    public async Task An_archive_that_begins_just_before_ours_is_found_by_ontapes_exit_status()
    {
        _server.Fault("another-archive");

        Assert.StartsWith("ontape of cvp ended with 1 after 0 B: Archive failed", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty", "ended well and wrote nothing")]
    [InlineData("message-says-aborted", "an archive was aborted while this one was written")]
    [InlineData("aborted", "ontape of cvp ended with 1 after")]
    public async Task What_fails_in_whatever_way_is_no_backup(string fault, string said)
    {
        _server.Fault(fault);

        Assert.Contains(said, (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_was_aborted_by_its_client_is_none_though_ontape_ends_with_0()
    {
        _server.Fault("aborted", "0");

        Assert.Contains("were not archived since this backup began", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abortion_that_the_message_log_told_before_is_not_ours() => await Engine().DumpAsync(Dump, TestRun.Create(), CancellationToken.None);

    [Fact]
    public async Task One_dbspace_that_was_not_archived_makes_it_no_backup_and_is_named()
    {
        _server.Fault("not-recorded", "cvpdbs");

        var message = (await FailAsync()).Message;

        Assert.Contains("cvpdbs (never)", message, StringComparison.Ordinal);
        Assert.DoesNotContain("rootdbs", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quiescent_server_lets_no_session_in_and_is_proven_by_onstat()
    {
        _server.Mode("quiescent");
        _server.Sql("UPDATE sysdbstab SET level0 = 1000000000");
        _server.Fault("not-recorded", "cvpdbs");

        Assert.Contains("by onstat -g arc of cvp these dbspaces were not archived since", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tape-prompt", "after 0 B", "Please mount tape 1")]
    [InlineData("tape-full", "after ", "Please mount tape 2")]
    [InlineData("log-full", "after ", "Logical Log Files are Full")]
    public async Task What_waits_for_ever_is_ended_and_the_error_says_what_it_looks_like(string fault, string after, string said)
    {
        _server.Fault(fault);
        _server.Fault("prompts-wait-forever");
        var children = new List<RunChild>();

        var failed = await FailAsync(_server.Options with { StallAfter = TimeSpan.FromSeconds(2) }, TestRun.Create() with { Children = new Kept(children) });

        Assert.Contains("made no progress for 2 s " + after, failed.Message, StringComparison.Ordinal);
        Assert.Contains(said, failed.Message, StringComparison.Ordinal);
        var ontape = Assert.Single(children);
        Assert.False(new ChildIdentity(ontape.ProcessId, ontape.Started).IsAlive);
    }

    [Fact]
    public async Task A_prompt_that_finds_its_input_closed_ends_ontape_and_the_backup()
    {
        _server.Fault("tape-prompt");

        Assert.Contains("ontape of cvp ended with 1", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_is_slow_and_goes_on_is_not_ended()
    {
        _server.Fault("slow");

        await Engine(_server.Options with { StallAfter = TimeSpan.FromSeconds(3) }).DumpAsync(Dump, TestRun.Create(), CancellationToken.None);

        Assert.Equal(Verification.Full, await Engine().VerifyAsync(Dump, CancellationToken.None));
    }

    [Fact]
    public async Task Words_instead_of_an_archive_are_quoted()
    {
        _server.Fault("text", "Please mount tape 1 on /dev/rst0\n");

        Assert.Contains("is no archive but text: \"Please mount tape 1", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_much_smaller_than_the_last_is_not_believed_unless_it_is_allowed()
    {
        await File.WriteAllBytesAsync(_directory.File(BackupNames.Current), new byte[2_000_000]);

        Assert.Contains("less than 50 % of it", (await FailAsync()).Message, StringComparison.Ordinal);

        File.Delete(Dump);
        await Engine(_server.Options with { LeastOfLastPercent = 1 }).DumpAsync(Dump, TestRun.Create(), CancellationToken.None);
    }

    [Fact]
    public async Task A_message_log_that_cannot_be_read_is_refused_before_anything_is_written()
    {
        File.Delete(_server.PathOf("tmp/online.log"));

        Assert.Contains("message-log", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Dump));
    }

    [Fact]
    public async Task A_message_log_that_was_begun_anew_meanwhile_is_read_from_its_beginning()
    {
        var path = _directory.File("online.log");
        await File.WriteAllTextAsync(path, new string('x', 1000));
        var log = MessageLog.Mark(path);
        File.Delete(path);
        await File.WriteAllTextAsync(path, "02:00:00  Archive on rootdbs ABORTED.\n");

        Assert.NotNull(log.FindAborted());
    }

    [Fact]
    public async Task The_folder_that_TAPEDEV_names_is_left_as_it_is_with_its_archives_and_what_a_kill_left_there()
    {
        await File.WriteAllTextAsync(_server.PathOf("tape/host_7_L0"), "an archive");
        await File.WriteAllTextAsync(_server.PathOf("tape/ONTA_host_7_L0"), "what a kill left");
        await Engine().DumpAsync(Dump, TestRun.Create(), CancellationToken.None);
        File.Delete(Dump);
        _server.Fault("aborted");
        await FailAsync();

        Assert.Equal(["ONTA_host_7_L0", "host_7_L0"], Directory.GetFiles(_server.PathOf("tape")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        Assert.Equal("an archive", await File.ReadAllTextAsync(_server.PathOf("tape/host_7_L0")));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_named_and_ontape_is_ended()
    {
        var children = new List<RunChild>();
        var run = TestRun.Create(progress: _ => throw new IOException("No space left on device")) with { Children = new Kept(children) };

        Assert.Contains($"could not write {Dump}: No space left on device", (await FailAsync(run: run)).Message, StringComparison.Ordinal);
        Assert.False(new ChildIdentity(children[0].ProcessId, children[0].Started).IsAlive);
    }

    [Fact]
    public async Task Nothing_of_a_profile_reaches_the_programs_and_the_configuration_is_all_they_need()
    {
        var before = Environment.GetEnvironmentVariable("IFX_ONTAPE_FILE_PREFIX");
        Environment.SetEnvironmentVariable("INFORMIXSERVER", "another");
        Environment.SetEnvironmentVariable("ONCONFIG", "another");
        try
        {
            await Engine().DumpAsync(Dump, TestRun.Create(), CancellationToken.None);
            Assert.Equal(
                ["DBACCNOIGN", "DBCENTURY", "DBDATE", "INFORMIXDIR", "INFORMIXSERVER", "INFORMIXSQLHOSTS", "ONCONFIG", "PATH"],
                new InformixPrograms(_server.Options with { Environment = new Dictionary<string, string> { ["PATH"] = "/nowhere" }.ToImmutableDictionary() }, TimeProvider.System).Environment.Keys.Except(["TZ", "TMPDIR"]).Order(StringComparer.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("INFORMIXSERVER", null);
            Environment.SetEnvironmentVariable("ONCONFIG", before);
        }
    }

    [Fact]
    public async Task A_cancelled_backup_ends_ontape_and_all_that_it_started()
    {
        _server.Fault("log-full");
        using var stop = new CancellationTokenSource();
        var children = new List<RunChild>();
        var dumping = Engine().DumpAsync(Dump, TestRun.Create() with { Children = new Kept(children) }, stop.Token);
        await Poll.UntilAsync(() => File.Exists(Dump) && new FileInfo(Dump).Length > 0, Soon);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dumping);
        Assert.False(new ChildIdentity(children[0].ProcessId, children[0].Started).IsAlive);
    }

    [Fact]
    public async Task It_makes_the_two_files_of_a_backup_set_and_leaves_them_when_a_later_one_fails()
    {
        var files = new BackupFileSet("reporting", _directory.Path, Engine(), TimeProvider.System);
        await files.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        await files.BackUpAsync(TestRun.Create(2), CancellationToken.None);
        var before = files.List();
        _server.Fault("empty");

        await Assert.ThrowsAsync<BackupFailedException>(() => files.BackUpAsync(TestRun.Create(3), CancellationToken.None));

        Assert.Equal(2, before.Count);
        Assert.Equal(before, files.List());
        Assert.Equal(VerifiedExtent.Full, before[0].Manifest.Verified);
    }

    [Fact]
    public async Task What_is_configured_and_not_there_is_named()
    {
        await NameAsync(_server.Options with { Directory = _directory.Path }, "there is no program");
        await NameAsync(_server.Options with { Onconfig = "nowhere" }, "informix.onconfig");
        await NameAsync(_server.Options with { Sqlhosts = "/nowhere" }, "informix.sqlhosts");
        if (Environment.UserName != "root")
        {
            await NameAsync(_server.Options with { User = "somebody-else" }, "informix.user");
        }

        async Task NameAsync(InformixOptions options, string said) =>
            Assert.Contains(said, (await Assert.ThrowsAsync<ReportingDatabaseException>(() => Engine(options).CheckAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_starts_while_the_server_is_down_and_says_so()
    {
        _server.Mode("off-line");

        await Engine().CheckAsync(CancellationToken.None);

        Assert.Contains("cvp is off-line now", Assert.Single(Engine().FindLimits()), StringComparison.Ordinal);
    }

    private InformixEngine Engine(InformixOptions? options = null) => new(options ?? _server.Options, TimeProvider.System);

    private Task<BackupFailedException> FailAsync(InformixOptions? options = null, RunContext? run = null) =>
        Assert.ThrowsAsync<BackupFailedException>(() => Engine(options).DumpAsync(Dump, run ?? TestRun.Create(), CancellationToken.None));

    private sealed class Kept(List<RunChild> children) : IRunChildren
    {
        public void Started(RunChild child) => children.Add(child);
    }
}
