using CvpActors.Domain.Backups;
using CvpActors.Domain.Execution;
using CvpActors.Domain.Purges;

namespace CvpActors.Databases.Tests.Support;

/// <summary>An engine whose dump is a given text, and which can be made to misbehave.</summary>
internal sealed class FakeEngine(string dump) : IReportingDatabase
{
    public string Engine => "fake";

    public string Content { get; set; } = dump;

    public Func<string, CancellationToken, Task> WhileDumping { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, Task> WhileVerifying { get; set; } = _ => Task.CompletedTask;

    public async Task DumpAsync(string path, RunContext run, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(path, Content, cancellation);
        await WhileDumping(path, cancellation);
    }

    public Task VerifyAsync(string path, CancellationToken cancellation) => WhileVerifying(path);

    public Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation) =>
        throw new BackupFailedException("not a purge");
}
