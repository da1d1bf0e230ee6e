namespace CvpActors.Cli.Tests;

/// <summary>What <c>cvpctl release</c> says before it asks a node.</summary>
public sealed class ReleaseCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_reason_that_says_nothing_is_asked_for_in_the_words_of_the_command_line(string reason)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(ExitCodes.Refused, await ReleaseCommand.RunAsync(new Uri("http://127.0.0.1:9"), "reporting", reason, output, errors, CancellationToken.None));

        Assert.Equal($"cvpctl: the reason is missing: give it as --reason \"…\"; it stays on record{Environment.NewLine}", errors.ToString());
        Assert.Empty(output.ToString());
    }
}
