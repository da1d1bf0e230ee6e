using CvpActors.Testing;

namespace CvpActors.Cli.Tests;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Good_files_get_one_line_that_names_them_and_exit_code_0()
    {
        var (exitCode, output, errors) = await CheckAsync(Written("base.conf", "cvp-actors.http.url = \"ftp://127.0.0.1\""), Written("over.conf", "cvp-actors.http.url = \"http://127.0.0.1:9099\""));

        Assert.Equal(0, exitCode);
        Assert.StartsWith("cvpctl: advice: cvp-actors.databases: no database ", Assert.Single(errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        var line = Assert.Single(output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{_directory.File("base.conf")} + {_directory.File("over.conf")} is good: ", line, StringComparison.Ordinal);
        Assert.EndsWith("bridge on http://127.0.0.1:9099/", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_gets_the_nodes_line_and_exit_code_2()
    {
        var (exitCode, output, errors) = await CheckAsync(Written("wrong.conf", "cvp-actors.databse = x"));

        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith("cvpctl: cvp-actors.databse: unknown key; allowed here: ", Assert.Single(errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Advice_goes_to_the_error_stream_and_leaves_the_exit_code_as_it_is()
    {
        var (exitCode, output, errors) = await CheckAsync(Written("akka.conf", "akka.loglevel = loud"));

        Assert.Equal(0, exitCode);
        Assert.Contains(" is good: ", output, StringComparison.Ordinal);
        Assert.Contains("cvpctl: advice: akka: ", errors, StringComparison.Ordinal);
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(_directory.File(name), $"{text}\ncvp-actors.data-directory = \"{_directory.File("data")}\"\n");
        return _directory.File(name);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> CheckAsync(params string[] files)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (await ConfigCommand.CheckAsync(files, output, errors), output.ToString(), errors.ToString());
    }
}
