using CvpActors.Node.Configuration;
using CvpActors.Node.Offline;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Node.Tests.Offline;

public sealed class ConfigurationCheckTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 2, 30, 0, TimeSpan.Zero));

    public ConfigurationCheckTests()
    {
        using var database = new SqliteConnection($"Data Source={_directory.File("reporting.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "CREATE TABLE call (callid INTEGER PRIMARY KEY, startdatetime INTEGER NOT NULL)";
        command.ExecuteNonQuery();
    }

    private string Data => _directory.File("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_good_configuration_is_summed_up_and_nothing_is_made()
    {
        var report = await CheckAsync("");

        Assert.Equal($"a node on its own; 1 database (reporting); journal in {Data}; alerts to the log; bridge on http://127.0.0.1:9080/", report.Summary);
        Assert.Empty(report.Advice);
        Assert.Equal(["over.conf", "reporting.db", "sample.conf"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_summary_names_the_cluster_the_journals_server_and_the_receivers_and_no_secret()
    {
        File.WriteAllText(_directory.File("secret"), "a-secret-of-many-characters");

        var report = await CheckAsync($$"""
            cvp-actors {
              cluster {
                name = "site-a-1"
                address = "127.0.0.1:4053"
                seeds = ["127.0.0.1:4053"]
                roles = [coordinator, reporting]
              }
              journal.postgres {
                connection-string = "Host=journal.example;Database=cvp;Username=cvp"
                password-file = "{{_directory.File("secret")}}"
              }
              webhook.receivers = [
                {
                  url = "https://chat.example/hooks/cvp"
                  secret-file = "{{_directory.File("secret")}}"
                }
              ]
            }
            """);

        Assert.StartsWith(
            "node site-a-1 (coordinator, reporting) of a cluster with 1 coordinator; 1 database (reporting); journal in cvp at journal.example:5432; alerts to the log and 1 webhook; ",
            report.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_runs_with_it_is_no_obstacle()
    {
        Directory.CreateDirectory(Data);
        using var held = new FileStream(Path.Combine(Data, "node.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.NotEmpty((await CheckAsync("")).Summary);
        Assert.Equal(["node.lock"], Directory.EnumerateFileSystemEntries(Data).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_demonstrations_database_need_not_be_there_and_is_not_made()
    {
        File.Delete(_directory.File("reporting.db"));

        await CheckAsync("cvp-actors.demo.database = reporting");

        Assert.False(File.Exists(_directory.File("reporting.db")));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_refused_by_its_key()
    {
        File.Delete(_directory.File("reporting.db"));

        Assert.StartsWith($"cvp-actors.databases.reporting.sqlite.path: {_directory.File("reporting.db")} cannot be opened", await RefusalAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_agent_or_the_SNMP_engine_must_remember_and_is_damaged_is_refused_and_left_as_it_was()
    {
        Directory.CreateDirectory(Path.Combine(Data, "agents"));
        var (ledger, engine) = (Path.Combine(Data, "agents", "reporting.json"), Path.Combine(Data, "snmp-engine.json"));
        File.WriteAllText(engine, "not JSON");

        Assert.NotEmpty((await CheckAsync("")).Summary);
        Assert.StartsWith($"cvp-actors.data-directory: {engine}: ", await RefusalAsync("""cvp-actors.snmp.receivers = [ { address = "127.0.0.1:162", community = public } ]"""), StringComparison.Ordinal);
        Assert.Equal("not JSON", File.ReadAllText(engine));

        File.WriteAllText(ledger, "not JSON");
        Assert.StartsWith($"cvp-actors.data-directory: the agent's ledger {ledger} is damaged", await RefusalAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_file_that_holds_none_is_refused_by_its_key()
    {
        File.WriteAllText(_directory.File("empty.pem"), "");

        var refusal = await RefusalAsync($$"""
            cvp-actors.cluster {
              name = "site-a-1"
              address = "10.1.2.3:4053"
              seeds = ["10.1.2.3:4053"]
              roles = [reporting]
              tls {
                certificate-file = "{{_directory.File("empty.pem")}}"
                key-file = "{{_directory.File("empty.pem")}}"
                ca-file = "{{_directory.File("empty.pem")}}"
              }
            }
            """);

        Assert.StartsWith($"cvp-actors.cluster.tls.ca-file: {_directory.File("empty.pem")} holds no certificate; allowed: ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unwise_and_what_could_not_be_looked_at_is_advice()
    {
        var report = await CheckAsync("""
            cvp-actors.databases.reporting.backup.schedule = "0 * * * *"
            akka.loglevel = DEBUG
            """);

        Assert.Equal(2, report.Advice.Count);
        Assert.StartsWith("cvp-actors.databases.reporting.backup.schedule falls due every ", report.Advice[0], StringComparison.Ordinal);
        Assert.StartsWith("akka: ", report.Advice[1], StringComparison.Ordinal);
    }

    private async Task<string> RefusalAsync(string over) => (await Assert.ThrowsAsync<SettingsException>(() => CheckAsync(over))).Message;

    private Task<ConfigurationReport> CheckAsync(string over)
    {
        File.WriteAllText(_directory.File("sample.conf"),
            $"cvp-actors.data-directory = \"{Data}\"\n" + ReportingHocon.Database("reporting", _directory.File("reporting.db"), _directory.File("backup")));
        File.WriteAllText(_directory.File("over.conf"), over.Length > 0 ? over : "cvp-actors { }");
        return ConfigurationCheck.RunAsync([_directory.File("sample.conf"), _directory.File("over.conf")], _time);
    }
}
