using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;

namespace CvpActors.Engines.Command.Tests;

/// <summary>Drills by a program.</summary>
public sealed class CommandDrillerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_program_restores_to_a_path_in_the_drills_own_folder_and_nothing_is_counted()
    {
        var findings = await DrillAsync("cat > \"$CVP_RESTORE_TARGET\"");

        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(_directory.File("place"), "restored")));
        Assert.True(findings.RestoreTook > TimeSpan.Zero);
        Assert.Null(findings.Categories);
        Assert.Empty(findings.Checks);
    }

    [Fact]
    public async Task Its_exit_code_is_the_check()
    {
        var failed = await Assert.ThrowsAsync<DrillFailedException>(() => DrillAsync("cat > /dev/null; echo it is empty >&2; exit 3"));
        Assert.Contains("ended with 3", failed.Message, StringComparison.Ordinal);
        Assert.Contains("it is empty", failed.Message, StringComparison.Ordinal);
        Assert.NotNull(((IDriller)Driller("true")).WhyNoChecks);
    }

    private Task<DrillFindings> DrillAsync(string script)
    {
        File.WriteAllText(_directory.File("backup"), "one\n");
        return Driller(script).DrillAsync(new DrillJob(_directory.File("backup"), _directory.Sub("place"), PurgePlan.Empty, default, []), TestRun.Create(), CancellationToken.None);
    }

    private static CommandDriller Driller(string script) => new(CommandRestorerContract.Restoring(script), TimeProvider.System);
}
