using System.Security.Cryptography;
using CvpActors.Actors.Agents;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Testing;

namespace CvpActors.Actors.Tests.Agents;

/// <summary>A source is proven while the engine makes ready, and before anything is published.</summary>
public sealed class ProvenStageTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeRestorer _restorer = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_proven_is_made_ready()
    {
        await using var staged = await MakeAsync(damaged: false);

        Assert.Same(_restorer.Staged, staged);
        Assert.False(_restorer.Staged.IsDisposed);
    }

    [Fact]
    public async Task Of_a_damaged_source_nothing_is_left_that_was_made_ready()
    {
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<RestoreFailedException>(() => MakeAsync(damaged: true))).Message, StringComparison.Ordinal);

        Assert.True(_restorer.Staged.IsDisposed);
    }

    [Fact]
    public async Task A_damaged_source_ends_the_making_ready_at_once_and_is_told_instead_of_what_the_engine_says_of_it()
    {
        _restorer.Work = stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

        Assert.Contains("is damaged", (await Assert.ThrowsAsync<RestoreFailedException>(() => MakeAsync(damaged: true))).Message, StringComparison.Ordinal);

        _restorer.Work = _ => throw new RestoreFailedException("pg_restore: unexpected end of file");
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<RestoreFailedException>(() => MakeAsync(damaged: true))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_engine_says_of_a_source_that_is_sound_is_told()
    {
        _restorer.Work = _ => throw new RestoreFailedException("no room");

        Assert.Equal("no room", (await Assert.ThrowsAsync<RestoreFailedException>(() => MakeAsync(damaged: false))).Message);
    }

    private Task<IStagedRestore> MakeAsync(bool damaged)
    {
        var backup = _directory.File("backup");
        File.WriteAllText(backup, "content");
        var sha256 = Convert.ToHexStringLower(SHA256.HashData("content"u8));
        var order = new RestoreOrder("old", 41, 7, damaged ? new string('0', 64) : sha256, "there");
        return ProvenStage.MakeAsync(_restorer, backup, order, toBePurged: false, TestRun.Create(), CancellationToken.None);
    }

    private sealed class FakeRestorer : IRestorer
    {
        public FakeStaged Staged { get; } = new();

        public Func<CancellationToken, Task> Work { get; set; } = _ => Task.CompletedTask;

        public string Places => "any";

        public Task<string?> ChoosePlaceAsync(long generation, CancellationToken cancellation) => Task.FromResult<string?>(null);

        public Task<PlaceToRestore> LookAtAsync(string target, long bytes, bool toBePurged, CancellationToken cancellation) => throw new InvalidOperationException("not asked for");

        public async Task<IStagedRestore> StageAsync(string backup, string target, bool toBePurged, RunContext run, CancellationToken cancellation)
        {
            await Work(cancellation);
            return Staged;
        }

        public Task<IReadOnlyList<string>> TidyUpAsync(string target, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);
    }

    private sealed class FakeStaged : IStagedRestore
    {
        public bool IsDisposed { get; private set; }

        public IPurger? Purger => null;

        public bool PurgesInPlace => false;

        public string? WhyNotPurged => "a test";

        public Task<string?> PublishAsync(RunContext run, CancellationToken cancellation) => throw new InvalidOperationException("not asked for");

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
