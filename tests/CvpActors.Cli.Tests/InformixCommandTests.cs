using CvpActors.Engines.Informix.Tests.StandIn;
using CvpActors.Testing;

namespace CvpActors.Cli.Tests;

/// <summary>The ten-minute check, against a stand-in for the server's programs.</summary>
public sealed class InformixCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly StandInServer _server = new();

    public InformixCommandTests() => new ReportingTables(_server).Fragmented("call", 2).Rows("call", 2, 3);

    public void Dispose()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_server_as_it_is_expected_is_shown_step_by_step_with_exit_code_0_and_not_changed()
    {
        var before = Content();

        var (exitCode, output, errors) = await CheckAsync();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("good  onstat -" + Environment.NewLine + "      expected: exit status 5 (on-line) or 1 (quiescent)" + Environment.NewLine + "      seen:     exit status 5, on-line", output, StringComparison.Ordinal);
        Assert.Contains("steps are as expected; nothing was changed", output, StringComparison.Ordinal);
        Assert.Contains("seen:     3, the last p", output, StringComparison.Ordinal);
        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task What_is_not_as_expected_is_marked_and_ends_none_of_the_other_steps()
    {
        _server.TapeDevice("/dev/null");
        _server.Sql("DROP TABLE sysdbstab; DROP TABLE call");

        var (exitCode, output, _) = await CheckAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("LOOK  onstat -c TAPEDEV" + Environment.NewLine, output, StringComparison.Ordinal);
        Assert.Contains("LOOK  dbaccess sysmaster", output, StringComparison.Ordinal);
        Assert.Contains("seen:     cvp, database cvp_data: error -206: The specified table (call)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_without_such_a_database_gets_exit_code_2()
    {
        var (exitCode, output, errors) = await CheckAsync("another");

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("has no \"another\" with engine = informix; allowed: --database with one of cvp", errors, StringComparison.Ordinal);
    }

    private string Content() => $"{_server.Scalar("SELECT group_concat(sql || name) FROM sqlite_master")} {_server.Number("SELECT COUNT(*) FROM call")} {_server.Number("SELECT MAX(level0) FROM sysdbstab")}";

    private async Task<(int ExitCode, string Output, string Errors)> CheckAsync(string? database = null)
    {
        var file = _directory.File("my.conf");
        await File.WriteAllTextAsync(file, $$"""
            cvp-actors.data-directory = "{{_directory.File("data")}}"
            cvp-actors.databases.cvp {
              engine = informix
              informix {
                directory = "{{_server.Directory}}"
                server = "cvp"
                onconfig = "onconfig.cvp"
                database = "cvp_data"
                user = "{{Environment.UserName}}"
              }
              backup.directory = "{{_directory.File("backup")}}"
              purge.categories.call {
                table = "call"
                timestamp-column = "callstartdate"
                retain = 30d
              }
            }
            """);
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (await InformixCommand.CheckAsync([file], database, output, errors), output.ToString(), errors.ToString());
    }
}
