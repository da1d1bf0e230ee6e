using CvpActors.Domain.Backups;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>What restores and purges note beside the database, for whoever comes after a kill.</summary>
public sealed class RestoreNotesTests : IDisposable
{
    private static readonly DateTimeOffset May = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempDirectory _directory = new();

    private RestoreShelf Shelf => new(_directory.Path);

    private PurgeRecordFile Record => new(_directory.File("purged.json"));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_restore_that_began_is_found_by_the_next_process_until_it_has_ended()
    {
        Assert.Null(Shelf.Unfinished);
        Shelf.Begin("/srv/look.db");
        Shelf.CreateFetched().Dispose();

        Assert.Equal("/srv/look.db", Shelf.Unfinished);
        Shelf.End();

        Assert.Null(Shelf.Unfinished);
        Assert.Empty(_directory.Names);
    }

    [Fact]
    public void A_note_that_was_cut_off_is_of_a_restore_all_the_same()
    {
        Shelf.Begin("/srv/look.db");
        File.WriteAllText(_directory.File("cvp_restore.json"), "{ \"targ");

        Assert.Equal(RestoreOrder.Live, Shelf.Unfinished);
    }

    [Fact]
    public void What_is_fetched_is_for_its_owner_alone_and_never_over_what_is_there()
    {
        Shelf.CreateFetched().Dispose();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Shelf.FetchedFile));
        }

        Assert.Throws<IOException>(() => Shelf.CreateFetched());
    }

    [Fact]
    public void Nothing_but_the_two_files_has_a_path_there()
    {
        Assert.Equal(_directory.File("cvp_backup_data.old"), Shelf.PathOf(BackupNames.Old));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shelf.PathOf("../secret"));
    }

    [Fact]
    public void A_purge_that_was_killed_counts_as_done_to_its_end()
    {
        Record.Begin(UpTo("call", May));
        Record.Ended(UpTo("call", May));
        Record.Begin(UpTo("call", May.AddDays(1)));

        Assert.Equal(May.AddDays(1), Assert.Single(Record.Load().Categories).OlderThan);
    }

    [Fact]
    public void How_far_purges_went_is_never_forgotten_by_one_that_went_less_far_or_for_another_category()
    {
        Record.Begin(UpTo("call", May));
        Record.Ended(UpTo("call", May));
        Record.Begin(UpTo("call", May.AddDays(-9)));
        Record.Ended(UpTo("call", May.AddDays(-9)));
        Record.Begin(UpTo("event", May));
        Record.Ended(UpTo("event", May));

        Assert.Equal([("call", May), ("event", May)], Record.Load().Categories.Select(c => (c.Category, c.OlderThan)).Order());
    }

    [Fact]
    public void A_damaged_record_is_no_record_of_nothing_and_the_next_purge_mends_it()
    {
        File.WriteAllText(_directory.File("purged.json"), "{ \"done\": [");

        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => Record.Load()).Message, StringComparison.Ordinal);
        Record.Begin(UpTo("call", May));

        Assert.Equal(May, Assert.Single(Record.Load().Categories).OlderThan);
    }

    private static PurgedUpTo UpTo(string category, DateTimeOffset olderThan) => new([new CategoryCutoff(category, olderThan)]);
}
