using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Testing;

/// <summary>An engine whose dump is a given text, and which can be made to misbehave.</summary>
public sealed class FakeEngine(string dump) : IDatabaseEngine
{
    public string Name => "fake";

    public IReadOnlyList<string> SideFileSuffixes { get; init; } = ["-journal", "-wal", "-shm"];

    public string Content { get; set; } = dump;

    public Func<string, CancellationToken, Task> WhileDumping { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, Task> WhileVerifying { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the latest dump wrote.</summary>
    private string _dumped = dump;

    public Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        _dumped = Content;
        await File.WriteAllTextAsync(path, Content, cancellation);
        await WhileDumping(path, cancellation);
    }

    /// <summary>What a verification that finds no damage says.</summary>
    public Verification? Verified { get; set; }

    public string? DatabaseFile { get; init; }

    public async Task<Verification?> VerifyAsync(string path, CancellationToken cancellation)
    {
        await WhileVerifying(path);
        if (await File.ReadAllTextAsync(path, cancellation) != _dumped)
        {
            throw new BackupFailedException($"{path} is not what was dumped");
        }

        return Verified;
    }
}
