using System.Diagnostics;
using CvpActors.Engines.Informix.Tests.StandIn;

namespace CvpActors.Engines.Informix.Tests;

/// <summary>
/// Whether the stand-in does what is documented of the real programs, in what the engine never asks of them too: otherwise the tests of the engine
/// would show nothing.
/// </summary>
public sealed class StandInTests : IDisposable
{
    private readonly StandInServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void With_dev_null_everything_says_success_and_there_is_no_archive()
    {
        _server.TapeDevice("/dev/null");

        var (status, output, _) = Run("ontape", "", "-s", "-L", "0");

        Assert.Equal((0, true), (status, output.Contains("Program over.", StringComparison.Ordinal)));
        Assert.True(_server.Number("SELECT MIN(level0) FROM sysdbstab WHERE flags = 1") > 0);
        Assert.Empty(Directory.GetFiles(_server.PathOf("tape")));
    }

    [Fact]
    public void Without_a_level_ontape_asks_and_no_answer_is_no()
    {
        Assert.Contains("Please enter the level of archive to be performed (0, 1, or 2)", Run("ontape", "", "-s").Output, StringComparison.Ordinal);
        Assert.NotEqual(0, Run("ontape", "", "-s").Status);
        Assert.NotEqual(0, Run("ontape", "", "-s", "-L", "0", "-y").Status);
    }

    [Fact]
    public void A_file_as_tape_waits_for_return_and_asks_for_the_next_when_it_is_full()
    {
        var tape = _server.PathOf("tape/file");
        File.WriteAllText(tape, "");
        _server.TapeDevice(tape);
        Assert.NotEqual(0, Run("ontape", "", "-s", "-L", "0").Status);

        _server.Fault("tape-kilobytes", "40");
        var (status, output, _) = Run("ontape", "\n\n\n\n\n\n\n\n\n", "-s", "-L", "0");

        Assert.Equal(0, status);
        Assert.Contains("Please mount tape 1 on", output, StringComparison.Ordinal);
        Assert.Contains("Tape is full", output, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_directory_the_earlier_archive_is_renamed()
    {
        Run("ontape", "", "-s", "-L", "0", "-d");
        var (status, output, _) = Run("ontape", "", "-s", "-L", "0", "-d");

        Assert.Equal((0, true), (status, output.Contains("File created: ", StringComparison.Ordinal)));
        var names = Directory.GetFiles(_server.PathOf("tape")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, names.Count);
        Assert.All(names, name => Assert.EndsWith("_L0", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_kill_leaves_a_temporary_in_the_directory()
    {
        _server.Fault("killed-while-writing");

        Assert.NotEqual(0, Run("ontape", "", "-s", "-L", "0", "-d").Status);

        Assert.StartsWith("ONTA_", Path.GetFileName(Assert.Single(Directory.GetFiles(_server.PathOf("tape")))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_server_is_5_a_quiescent_one_1_and_one_that_is_off_line_255()
    {
        Assert.Equal(5, Run("onstat", "", "-").Status);
        _server.Mode("quiescent");
        Assert.Equal(1, Run("onstat", "", "-").Status);
        _server.Mode("off-line");
        Assert.Equal((255, true), (Run("onstat", "", "-").Status, Run("onstat", "", "-").Output.Contains("shared memory not initialized", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_the_environment_no_server_is_found()
    {
        Assert.Equal(255, Run("onstat", "", environment => environment.Remove("INFORMIXSERVER"), "-").Status);
        Assert.Equal(255, Run("onstat", "", environment => environment.Remove("ONCONFIG"), "-").Status);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Without_a_and_DBACCNOIGN_dbaccess_goes_on_after_an_error_and_commits_the_rest(bool stops, bool rollsBack)
    {
        new ReportingTables(_server).Plain("call").Rows("call", 1, 2);
        const string Script = "BEGIN WORK; DELETE FROM call WHERE callguid = '1-0'; DELETE FROM nowhere; DELETE FROM call WHERE callguid = '1-1'; COMMIT WORK;";

        var (status, _, errors) = Run(
            "dbaccess", Script, environment => environment["DBACCNOIGN"] = rollsBack ? "1" : "", [.. stops ? new[] { "-a" } : [], "cvp_data", "-"]);

        Assert.Equal(255, status);
        Assert.Contains("  206: The specified table (nowhere) is not in the database.", errors, StringComparison.Ordinal);
        Assert.Equal(stops || rollsBack ? 2 : 0, _server.Number("SELECT COUNT(*) FROM call"));
    }

    [Theory]
    [InlineData("DELETE FROM call WHERE callguid IN (SELECT FIRST 5 callguid FROM call);", "944:")]
    [InlineData("DELETE FROM call WHERE rowid IN (SELECT rowid FROM call);", "857:")]
    public void FIRST_in_a_subquery_and_rowid_of_a_fragmented_table_are_refused(string sql, string error)
    {
        new ReportingTables(_server).Fragmented("call", 1);

        Assert.Contains(error, Run("dbaccess", sql, "-a", "cvp_data", "-").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_on_line_server_is_not_restored_over() =>
        Assert.Contains("Cannot warm restore ROOT DBspace", Run("ontape", "", "-p", "-t", "STDIO").Errors, StringComparison.Ordinal);

    private (int Status, string Output, string Errors) Run(string program, string input, params string[] arguments) => Run(program, input, _ => { }, arguments);

    private (int Status, string Output, string Errors) Run(string program, string input, Action<IDictionary<string, string?>> change, params string[] arguments)
    {
        var start = new ProcessStartInfo(_server.PathOf($"bin/{program}")) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in new InformixPrograms(_server.Options, TimeProvider.System).Environment)
        {
            start.Environment[name] = value;
        }

        change(start.Environment);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
