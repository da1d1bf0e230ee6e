using CvpActors.Backups;
using CvpActors.Domain.Running;
using CvpActors.Processes;
using CvpActors.Testing;

namespace CvpActors.Engines.Command.Tests;

/// <summary>A process that is killed leaves its children running: who takes the run lock next ends them first.</summary>
public sealed class ChildrenLeftBehindTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Who_takes_the_lock_ends_what_an_earlier_holder_has_left_running()
    {
        var child = await LeaveBehindAsync(new RunLockFile(_directory.Path).Take(7));
        Assert.True(child.IsAlive);

        using var next = new RunLockFile(_directory.Path).Take(8);

        Assert.False(child.IsAlive);
    }

    [Fact]
    public async Task A_process_that_only_has_the_number_of_a_former_child_is_left_alone()
    {
        using var stop = new CancellationTokenSource();
        var other = new TaskCompletionSource<ChildIdentity>();
        var running = ChildProcess.RunAsync(Sleep, (output, _) => output.CopyToAsync(Stream.Null, CancellationToken.None), other.SetResult, stop.Token);
        var bystander = await other.Task;
        using (var former = new RunLockFile(_directory.Path).Take(7))
        {
            former.Started(new RunChild(bystander.ProcessId, "another start"));
        }

        using var next = new RunLockFile(_directory.Path).Take(8);

        Assert.True(bystander.IsAlive);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_child_that_could_not_be_put_on_record_never_begins()
    {
        var mark = _directory.File("begun");
        var command = new ChildCommand(["/bin/sh", "-c", $"touch '{mark}'"], []);

        await Assert.ThrowsAsync<IOException>(() => ChildProcess.RunAsync(
            command, (output, _) => output.CopyToAsync(Stream.Null, CancellationToken.None), _ => throw new IOException("the disk is full"), CancellationToken.None));

        Assert.False(File.Exists(mark));
    }

    private static ChildCommand Sleep { get; } = new(["sleep", "600"], []);

    /// <summary>As a holder that is killed: the lock is free, the child goes on and nobody waits for it.</summary>
    private static async Task<ChildIdentity> LeaveBehindAsync(Domain.Ports.IHeldRunLock held)
    {
        var started = new TaskCompletionSource<ChildIdentity>();
        _ = ChildProcess.RunAsync(
            Sleep,
            (output, _) => output.CopyToAsync(Stream.Null, CancellationToken.None),
            child =>
            {
                held.Started(new RunChild(child.ProcessId, child.Started));
                started.SetResult(child);
            },
            CancellationToken.None);
        var child = await started.Task;
        held.Dispose();
        return child;
    }
}
