using CvpActors.Testing;

namespace CvpActors.Cli.Tests;

public sealed class JournalCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("cvp-actors { }", "cvpctl: cvp-actors.journal.postgres: is missing; ")]
    [InlineData("cvp-actors.journal.postgres.connection-string = \"Host=127.0.0.1;Port=1;Database=cvp;Username=cvp\"", "journal.db is not there; ")]
    public async Task What_stands_in_the_way_is_one_line_and_exit_code_2(string configuration, string line)
    {
        File.WriteAllText(_directory.File("to.conf"), configuration);
        var (output, errors) = (new StringWriter(), new StringWriter());

        var exitCode = await JournalCommand.CopyAsync(_directory.Path, [_directory.File("to.conf")], output, errors, CancellationToken.None);

        Assert.Equal((2, ""), (exitCode, output.ToString()));
        Assert.Contains(line, Assert.Single(errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
