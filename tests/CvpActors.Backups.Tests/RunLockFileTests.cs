using CvpActors.Domain.Ports;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

public sealed class RunLockFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_lock_held_by_another_process_is_refused_and_the_holder_is_named()
    {
        using var child = Child.Start("hold-lock", _directory.Path, "7");
        Assert.Equal("held", await child.LineAsync());

        var refusal = Assert.Throws<RunLockHeldException>(() => new RunLockFile(_directory.Path).Take(8));

        Assert.Contains($"process {child.Id} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("token 7", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_holder_frees_the_lock_by_dying()
    {
        using var child = Child.Start("hold-lock", _directory.Path, "7");
        await child.LineAsync();
        child.Kill();

        new RunLockFile(_directory.Path).Take(8).Dispose();
    }

    [Fact]
    public async Task A_released_lock_can_be_taken_by_another_process()
    {
        new RunLockFile(_directory.Path).Take(3).Dispose();

        using var child = Child.Start("hold-lock", _directory.Path, "4");
        Assert.Equal("held", await child.LineAsync());
    }

    [Fact]
    public void Two_runs_of_one_process_exclude_each_other()
    {
        using var held = new RunLockFile(_directory.Path).Take(1);

        Assert.Throws<RunLockHeldException>(() => new RunLockFile(_directory.Path).Take(2));
    }

    [Fact]
    public void A_lock_that_has_seen_a_higher_token_refuses_a_lower_one_even_when_it_is_free()
    {
        new RunLockFile(_directory.Path).Take(9).Dispose();

        var refusal = Assert.Throws<RunLockHeldException>(() => new RunLockFile(_directory.Path).Take(8));

        Assert.Contains("token 9", refusal.Message, StringComparison.Ordinal);
        new RunLockFile(_directory.Path).Take(9).Dispose();
    }

    [Fact]
    public void A_damaged_note_on_the_holder_does_not_stop_the_next_run()
    {
        new RunLockFile(_directory.Path).Take(9).Dispose();
        File.WriteAllText(_directory.File(RunLockFile.HolderName), "{ half");

        new RunLockFile(_directory.Path).Take(10).Dispose();

        Assert.Throws<RunLockHeldException>(() => new RunLockFile(_directory.Path).Take(9));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_named()
    {
        var refusal = Assert.Throws<RunLockHeldException>(() => new RunLockFile(_directory.File("nowhere")).Take(1));

        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("held by", refusal.Message, StringComparison.Ordinal);
    }
}
