using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IBackupReader"/> and <see cref="IBackupWriter"/> promise together, for every pair of implementations.</summary>
public abstract class BackupFilesContract
{
    protected abstract IBackupReader Reader { get; }

    protected abstract IBackupWriter Writer { get; }

    [Fact]
    public void Before_the_first_backup_there_is_nothing_to_list_to_open_or_to_mend()
    {
        Assert.Empty(Writer.Recover());
        Assert.Empty(Reader.List());
        Assert.Null(Reader.Open(BackupNames.Current));
        Assert.Null(Reader.Open(BackupNames.Old));
    }

    [Fact]
    public async Task From_the_second_backup_on_there_are_two_the_newer_one_first()
    {
        var first = await Writer.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        Assert.Equal([new BackupFile(BackupNames.Current, first)], Reader.List());

        var second = await Writer.BackUpAsync(TestRun.Create(2), CancellationToken.None);
        var third = await Writer.BackUpAsync(TestRun.Create(3), CancellationToken.None);

        Assert.Equal([1, 2, 3], new[] { first, second, third }.Select(m => m.Generation));
        Assert.Equal([new BackupFile(BackupNames.Current, third), new BackupFile(BackupNames.Old, second)], Reader.List());
    }

    [Fact]
    public async Task A_file_that_is_open_stays_whole_while_later_backups_rotate_its_name()
    {
        await Writer.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        var second = await Writer.BackUpAsync(TestRun.Create(2), CancellationToken.None);
        var open = Reader.Open(BackupNames.Current)!;
        await using var content = open.Content;

        await Writer.BackUpAsync(TestRun.Create(3), CancellationToken.None);
        await Writer.BackUpAsync(TestRun.Create(4), CancellationToken.None);

        Assert.Equal(second, open.Manifest);
        Assert.Equal(second.Bytes, content.Length);
    }

    [Fact]
    public async Task A_second_name_stays_when_later_backups_rotate_the_first()
    {
        using var place = new TempDirectory();
        Assert.Null(Reader.Link(BackupNames.Old, place.File("linked")));
        var first = await Writer.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        await Writer.BackUpAsync(TestRun.Create(2), CancellationToken.None);

        Assert.Equal(first, Reader.Link(BackupNames.Old, place.File("linked")));
        await Writer.BackUpAsync(TestRun.Create(3), CancellationToken.None);
        await Writer.BackUpAsync(TestRun.Create(4), CancellationToken.None);

        Assert.Equal(first.Bytes, new FileInfo(place.File("linked")).Length);
    }

    [Fact]
    public void Only_the_two_names_can_be_opened_or_linked()
    {
        Assert.Null(Reader.Open("../etc/passwd"));
        Assert.Null(Reader.Link("../etc/passwd", Path.Combine(Path.GetTempPath(), "passwd")));
    }

    [Fact]
    public async Task A_run_whose_token_was_superseded_leaves_the_files_as_they_were()
    {
        await Writer.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        var before = Reader.List();

        await Assert.ThrowsAsync<FencedException>(() => Writer.BackUpAsync(TestRun.Create(token: 4, new Fence(5)), CancellationToken.None));

        Assert.Equal(before, Reader.List());
    }

    [Fact]
    public async Task A_backup_that_was_cancelled_leaves_the_files_as_they_were()
    {
        await Writer.BackUpAsync(TestRun.Create(1), CancellationToken.None);
        var before = Reader.List();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Writer.BackUpAsync(TestRun.Create(2), new CancellationToken(canceled: true)));

        Assert.Equal(before, Reader.List());
    }
}
