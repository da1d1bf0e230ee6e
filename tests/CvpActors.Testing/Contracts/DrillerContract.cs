using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IDriller"/> promises, for every implementation of it that asks what it has restored.</summary>
public abstract class DrillerContract : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>The categories that a drill counts.</summary>
    protected static PurgePlan Plan(TimestampFormat format) => PurgePlan.Create([new RetentionCategory("call", "call", "at", format, TimeSpan.FromDays(30), null)], 100, TimeSpan.Zero);

    /// <summary>The same for the database of the test: table <c>call</c> with 20 rows, dated by <c>at</c>, the newest by <see cref="Newest"/>.</summary>
    protected abstract PurgePlan Categories { get; }

    /// <summary>The newest date of the sample, UTC.</summary>
    protected static DateTimeOffset Newest { get; } = new(2026, 3, 1, 0, 0, 20, TimeSpan.Zero);

    /// <summary>A driller whose live database is in <paramref name="directory"/>.</summary>
    protected abstract IDriller Create(string directory);

    /// <summary>Makes a backup of the live database as it is now.</summary>
    protected abstract Task BackUpAsync(string directory, string backup);

    /// <summary>Where a drill may take place; whoever runs a server there must be able to enter.</summary>
    protected virtual string PlaceIn(string directory) => Directory.CreateDirectory(Path.Combine(directory, "place")).FullName;

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_backed_up_is_restored_counted_and_asked_and_how_long_it_took_is_told()
    {
        var findings = await DrillAsync("SELECT count(*) = 20 FROM call", "SELECT count(*) - 20 FROM call", "SELECT id FROM call WHERE id > 1000");

        Assert.True(findings.RestoreTook > TimeSpan.Zero);
        var category = Assert.Single(findings.Categories!.Value);
        Assert.Equal(("call", 20L, Newest), (category.Category, category.Rows, category.Newest!.Value));
        Assert.Equal([true, false, false], findings.Checks.Select(c => Domain.Drills.DrillJudgement.SaysYes(c.Value)));
        Assert.Equal([true, true, false], findings.Checks.Select(c => c.HasRow));
    }

    [Theory]
    [InlineData("DELETE FROM call")]
    [InlineData("SELECT 1; DELETE FROM call")]
    [InlineData("SELECT nothing FROM nowhere")]
    [InlineData("this is no SQL")]
    public async Task A_check_that_is_no_question_is_an_error_of_its_own_and_changes_nothing(string statement)
    {
        var findings = await DrillAsync(statement, "SELECT count(*) = 20 FROM call");

        Assert.NotNull(findings.Checks[0].Error);
        Assert.True(Domain.Drills.DrillJudgement.SaysYes(findings.Checks[1].Value));
    }

    [Theory]
    [InlineData("SELECT nothing FROM nowhere")]
    [InlineData("this is no SQL")]
    public async Task What_is_no_statement_for_the_live_database_is_told_before_anything_runs(string statement)
    {
        await Create(Live).CheckAsync(["SELECT count(*) > 0 FROM call"], CancellationToken.None);

        var refused = await Assert.ThrowsAsync<DrillCheckException>(() => Create(Live).CheckAsync(["SELECT 1", statement], CancellationToken.None));
        Assert.Contains(statement, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_is_cut_off_is_told_as_what_it_is()
    {
        var (driller, backup) = await BackedUpAsync();
        await using (var file = File.OpenWrite(backup))
        {
            file.SetLength(file.Length / 2);
        }

        await Assert.ThrowsAsync<DrillFailedException>(() => driller.DrillAsync(Job(backup), TestRun.Create(), CancellationToken.None));
    }

    [Fact]
    public async Task A_drill_that_is_cancelled_leaves_nothing_running()
    {
        var (driller, backup) = await BackedUpAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driller.DrillAsync(Job(backup), TestRun.Create(), new CancellationToken(canceled: true)));
    }

    /// <summary>Where the live database is.</summary>
    protected string Live => _directory.Sub("database");

    /// <summary>The whole of it.</summary>
    protected string Root => _directory.Path;

    protected async Task<(IDriller Driller, string Backup)> BackedUpAsync()
    {
        var driller = Create(Live);
        var backup = _directory.File("backup");
        await BackUpAsync(Live, backup);
        return (driller, backup);
    }

    protected DrillJob Job(string backup, params string[] checks) => new(backup, PlaceIn(Root), Categories, Newest.AddDays(1), [.. checks]);

    private async Task<DrillFindings> DrillAsync(params string[] checks)
    {
        var (driller, backup) = await BackedUpAsync();
        return await driller.DrillAsync(Job(backup, checks), TestRun.Create(), CancellationToken.None);
    }
}
