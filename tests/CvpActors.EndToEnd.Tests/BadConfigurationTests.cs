using System.Net;
using System.Net.Sockets;
using CvpActors.EndToEnd.Tests.Harness;

namespace CvpActors.EndToEnd.Tests;

/// <summary>A wrong configuration stops the node at start: exit code 2 and one line with the key, what is wrong and what is allowed. cvpctl says the same line before.</summary>
public sealed class BadConfigurationTests
{
    private const string Reporting = "cvp-actors.databases.reporting";

    [Theory]
    [InlineData("cvp-actors.data-dir = x", "cvp-actors.data-dir", "unknown key", "data-directory")]
    [InlineData($"{Reporting}.backup.dir = x", $"{Reporting}.backup.dir", "unknown key", "directory")]
    [InlineData($"{Reporting}.engine = oracle", $"{Reporting}.engine", "\"oracle\" is not known", "sqlite")]
    [InlineData($"{Reporting}.purge.categories.call.timestamp-format = julian",
        $"{Reporting}.purge.categories.call.timestamp-format", "\"julian\" is not known", "unix-seconds")]
    [InlineData("cvp-actors.policy.backup.retry-interval = soon", "cvp-actors.policy.backup.retry-interval", "\"soon\" is not a duration", "10m")]
    [InlineData("cvp-actors.policy.lock.max-age = 0s", "cvp-actors.policy.lock.max-age", "out of range", "1s to")]
    [InlineData("cvp-actors.policy.purge.retry-window = 500ms", "cvp-actors.policy.purge.retry-window", "shorter than retry-interval", "at least one interval")]
    [InlineData($"{Reporting}.purge.batch.rows = 0", $"{Reporting}.purge.batch.rows", "\"0\" is not allowed", "from 1 to")]
    [InlineData($"{Reporting}.backup.schedule = \"0 25 * * *\"", $"{Reporting}.backup.schedule", "0 25 * * *", "")]
    [InlineData($"{Reporting}.backup {{\nschedule = \"0 0 30 2 *\"\ntime-zone = \"Asia/Tokyo\"\n}}", $"{Reporting}.backup.schedule", "never falls due", "")]
    [InlineData($"{Reporting}.backup.time-zone = \"Mars/Olympus\"", $"{Reporting}.backup.time-zone", "Mars/Olympus", "")]
    [InlineData("cvp-actors.http.url = \"ftp://127.0.0.1\"", "cvp-actors.http.url", "not a listening address", "http://HOST:PORT")]
    [InlineData("cvp-actors.log.level = loud", "cvp-actors.log.level", "\"loud\" is not known", "debug, info")]
    [InlineData("cvp-actors.policy = 10m", "cvp-actors.policy", "is a value", "a section in braces")]
    public async Task A_wrong_key_is_named_with_what_is_wrong_and_what_is_allowed(string setting, string key, string problem, string allowed)
    {
        await using var site = new Site().Configure(setting);
        site.Database.Create();

        var line = await site.RefusalAsync();

        Assert.True(line.StartsWith($"CvpActors.Node: {key}: ", StringComparison.Ordinal), line);
        Assert.Contains(problem, line, StringComparison.Ordinal);
        Assert.Contains("allowed", line, StringComparison.Ordinal);
        Assert.Contains(allowed, line[line.IndexOf("allowed", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_that_is_retained_for_less_time_than_its_child_is_named_with_the_child()
    {
        await using var site = new Site().Configure($"{Reporting}.purge.categories.callevent.retain = 31d");
        site.Database.Create();

        Assert.Equal($"CvpActors.Node: {Reporting}.purge.categories.callevent: \"callevent\" is retained for 31 days but its parent \"call\" for 30; "
            + "a parent is retained at least as long as its children", await site.RefusalAsync());
    }

    [Theory]
    [InlineData("cvp-actors.data-directory")]
    [InlineData($"{Reporting}.backup.directory")]
    [InlineData("cvp-actors.log.file")]
    public async Task A_path_that_cannot_be_written_to_is_named(string key)
    {
        await using var site = new Site();
        site.Database.Create();

        // Below a file nobody may make a directory, root included.
        site.Configure($"{key} = \"{site.Database.Path}/below/it\"");

        var line = await site.RefusalAsync();

        Assert.StartsWith($"CvpActors.Node: {key}: {site.Database.Path}/below", line, StringComparison.Ordinal);
        Assert.Contains("allowed: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_databases_with_one_backup_directory_are_both_named()
    {
        await using var site = new Site();
        site.Database.Create();
        site.Configure($$"""
            cvp-actors.databases.second {
              engine = sqlite
              sqlite.path = "{{site.Database.Path}}"
              backup.directory = "{{site.Backups.Path}}/"
            }
            """);

        var line = await site.RefusalAsync();

        Assert.StartsWith("CvpActors.Node: cvp-actors.databases.second.backup.directory: ", line, StringComparison.Ordinal);
        Assert.Contains("\"reporting\"", line, StringComparison.Ordinal);
        Assert.Contains(site.Backups.Path, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is a text file, not a database", "is not a SQLite database")]
    [InlineData(null, "cannot be opened")]
    public async Task A_database_that_is_not_sqlite_or_not_there_is_named(string? content, string problem)
    {
        await using var site = new Site();
        if (content is not null)
        {
            await File.WriteAllTextAsync(site.Database.Path, content);
        }

        var line = await site.RefusalAsync();

        Assert.StartsWith($"CvpActors.Node: {Reporting}.sqlite.path: {site.Database.Path} {problem}", line, StringComparison.Ordinal);
        Assert.Contains("allowed: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";
        await using var site = new Site().Configure($"cvp-actors.http.url = \"{url}\"");
        site.Database.Create();

        var line = await site.RefusalAsync(onlyAtStart: true);

        Assert.StartsWith($"CvpActors.Node: cvp-actors.http.url: {url}", line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_that_is_missing_is_named()
    {
        await using var site = new Site().WithConfig("nowhere.conf");
        Assert.StartsWith("CvpActors.Node: nowhere.conf: cannot be read", await site.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka.loglevel = loud", "LOUD")]
    [InlineData("akka.actor.provider = nonsense", "nonsense")]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy = luck", "luck")]
    [InlineData("akka.remote.dot-netty.tcp.hostname = \"192.0.2.1\"", "192.0.2.1")]
    public async Task A_key_of_akkas_own_that_akka_refuses_is_told_in_one_line(string setting, string problem)
    {
        await using var site = new Site().Configure(setting);
        site.Database.Create();

        var line = await site.RefusalAsync(onlyAtStart: true);

        Assert.StartsWith("CvpActors.Node: akka: the node cannot be started with these settings: ", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("--config")]
    public async Task A_wrong_option_is_named_with_those_that_are_allowed(string option)
    {
        var (exitCode, errors) = await NodeProcess.RunToEndAsync(Path.GetTempPath(), [option]);

        Assert.Equal(2, exitCode);
        var line = Assert.Single(errors);
        Assert.Contains($"'{option}'", line, StringComparison.Ordinal);
        Assert.EndsWith("allowed: --config FILE, --help", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_has_foreseen_is_told_with_its_stack_trace_and_an_exit_code_of_its_own()
    {
        await using var site = new Site();
        site.Database.Create();

        // Nobody's configuration: something has put a file where the node keeps its agents' ledgers.
        Directory.CreateDirectory(site.In("data"));
        await File.WriteAllTextAsync(site.In("data/agents"), "");

        var (exitCode, errors) = await site.RunToEndAsync();

        Assert.Equal(70, exitCode);
        Assert.StartsWith("CvpActors.Node: failed in an unforeseen way", errors[0], StringComparison.Ordinal);
        Assert.Contains(errors, line => line.Contains("at CvpActors.Node.Hosting.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cvp-actors { http { url = ")]
    [InlineData("cvp-actors { http.url = \"http://127.0.0.1:0\"")]
    [InlineData("}")]
    [InlineData("x = [")]
    [InlineData("cvp-actors.webhook.receivers = [\n{\nurl = \"http://127.0.0.1:9/one\"\n}\ncvp-actors.alerts.burst.notifications = 3\n")]
    [InlineData("cvp-actor.data-directory = data")]
    [InlineData("include \"other.conf\"")]
    [InlineData("")]
    public async Task A_file_that_is_not_hocon_is_named(string content)
    {
        await using var site = new Site();
        site.Database.Create();
        await File.WriteAllTextAsync(site.In("broken.conf"), content);

        Assert.StartsWith("CvpActors.Node: broken.conf: ", await site.WithConfig("broken.conf").RefusalAsync(), StringComparison.Ordinal);
    }
}
