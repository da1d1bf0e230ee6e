using System.Collections.Immutable;
using System.Text;
using CvpActors.Processes;

namespace CvpActors.Engines.Command.Tests;

/// <summary>What a child is given, and what is heard of it.</summary>
public sealed class ChildProcessTests
{
    [Fact]
    public async Task A_child_reads_its_input_to_the_last_byte()
    {
        var (end, output) = await RunAsync(Shell("wc -c") with { Input = Pieces(50, 100_000) });

        Assert.Equal((0, "5000000"), (end.ExitCode, output.Trim()));
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData("sleep 600 & exit 3")]
    public async Task A_child_that_does_not_read_its_input_is_not_waited_for(string script)
    {
        var (end, _) = await RunAsync(Shell($"({script}) >/dev/null 2>&1; exit 3") with { Input = Pieces(50, 100_000) });

        Assert.Equal(3, end.ExitCode);
    }

    [Fact]
    public async Task A_child_without_input_finds_its_end_at_once() => Assert.Equal("0", (await RunAsync(Shell("wc -c"))).Output.Trim());

    [Fact]
    public async Task A_child_may_have_an_environment_of_its_own_alone()
    {
        var (_, output) = await RunAsync(new ChildCommand(["/usr/bin/env"], ImmutableDictionary.Create<string, string>().Add("ONLY", "this")) { IsWholeEnvironment = true });

        // A shell that comes between adds PWD, SHLVL and _.
        Assert.Equal(["ONLY=this"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("PWD=", StringComparison.Ordinal) && !line.StartsWith("SHLVL=", StringComparison.Ordinal) && !line.StartsWith("_=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_child_says_on_its_standard_error_is_heard_while_it_runs()
    {
        var heard = new TaskCompletionSource<string>();
        using var stop = new CancellationTokenSource();
        var running = RunAsync(Shell("echo 'mount tape 2' >&2; sleep 600") with { Heard = text => heard.TrySetResult(text) }, stop.Token);

        Assert.Equal("mount tape 2\n", await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static ChildCommand Shell(string script) => new(["/bin/sh", "-c", script], []);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(int count, int length)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.CompletedTask;
            yield return new byte[length];
        }
    }

    private static async Task<(ChildEnd End, string Output)> RunAsync(ChildCommand command, CancellationToken cancellation = default)
    {
        var kept = new MemoryStream();
        var end = await ChildProcess.RunAsync(command, (output, ct) => output.CopyToAsync(kept, ct), _ => { }, cancellation);
        return (end, Encoding.UTF8.GetString(kept.ToArray()));
    }
}
