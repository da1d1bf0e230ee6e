using System.Collections.Immutable;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;

namespace CvpActors.Backups;

/// <summary>
/// Counts the live database beside its dump. A backup never fails for it and never waits long for it: what could not be had in time is said, and nothing else.
/// </summary>
/// <param name="count">Counts; null where nobody does.</param>
/// <param name="time">For the bound.</param>
internal sealed class ContentsCount(Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>>? count, TimeProvider time)
{
    /// <summary>A table that takes longer is so large that reading it through every night would be felt.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    /// <summary>Begins at once, and ends within <see cref="Within"/> or when it is cancelled.</summary>
    /// <returns>What there is; null where nobody counts.</returns>
    public Task<BackupContents?> RunAsync(CancellationToken cancellation) => count is null
        ? Task.FromResult<BackupContents?>(null)
        : Task.Run(() => CountAsync(count, cancellation), CancellationToken.None);

    private async Task<BackupContents?> CountAsync(Func<CancellationToken, Task<ImmutableArray<CategoryContents>?>> count, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        using var bound = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            return await count(either.Token).WaitAsync(either.Token) is { } categories ? new BackupContents(at, categories) : null;
        }
        catch (OperationCanceledException)
        {
            return BackupContents.Unknown(at, $"the live database could not be counted within {Within.TotalSeconds:0} s of its backup");
        }
        catch (Exception cause) when (cause is ReportingDatabaseException or IOException)
        {
            return BackupContents.Unknown(at, $"the live database could not be counted at its backup: {cause.Message}");
        }
    }
}
