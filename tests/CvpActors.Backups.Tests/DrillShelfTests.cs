using System.Diagnostics;
using CvpActors.Domain.Backups;
using CvpActors.Domain.Running;
using CvpActors.Processes;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>Where drills take place, and that nothing of one is left.</summary>
public sealed class DrillShelfTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_held_stays_whole_when_a_rotation_takes_its_name_away_and_goes_with_the_drill()
    {
        var engine = new FakeEngine("one");
        var files = new BackupFileSet("reporting", Backups, engine, TimeProvider.System);
        foreach (var content in new[] { "one", "two" })
        {
            engine.Content = content;
            await files.BackUpAsync(TestRun.Create(), default);
        }

        var place = Shelf().Begin("drill-1");
        var (path, manifest) = place.Hold(files, BackupNames.Old)!.Value;
        await files.BackUpAsync(TestRun.Create(), default);

        Assert.Equal((1L, "one"), (manifest.Generation, await File.ReadAllTextAsync(path)));
        Assert.Null(place.Hold(new BackupFileSet("reporting", _directory.Sub("empty"), engine, TimeProvider.System), BackupNames.Old));
        await File.WriteAllTextAsync(Path.Combine(Shelf().Place, "restored"), "one");
        place.End();
        Assert.False(File.Exists(path));
        AssertNothingIsLeft();
    }

    [Fact]
    public void What_a_killed_drill_has_left_is_removed_with_what_it_had_started_wherever_drills_take_place_now()
    {
        var place = Shelf().Begin("drill-1");
        File.WriteAllText(Path.Combine(Shelf().Place, "restored"), "half");
        using var child = Process.Start(new ProcessStartInfo("setsid", ["sleep", "600"]))!;

        // Its group is what is ended, and it has one only when it has come so far.
        Assert.True(SpinWait.SpinUntil(() => GroupOf(child.Id) == child.Id, TimeSpan.FromSeconds(10)));
        place.Started(new RunChild(child.Id, ChildIdentity.Of(child.Id)!.Started));

        // A process that has just started, with another configuration.
        Assert.Equal("drill-1", new DrillShelf(Note, _directory.File("elsewhere"), Backups, "reporting").TidyUp());

        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(10)));
        AssertNothingIsLeft();
        Assert.Null(Shelf().TidyUp());
    }

    private static int GroupOf(int process) => int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);

    [Fact]
    public void One_under_way_is_left_alone_and_no_other_begins_beside_it()
    {
        var shelf = Shelf();
        var place = shelf.Begin("drill-1");

        Assert.Null(shelf.TidyUp());
        Assert.Contains("under way", Assert.Throws<IOException>(() => shelf.Begin("drill-2")).Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(shelf.Place));

        place.End();
        shelf.Begin("drill-2").End();
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_note_that_cannot_be_read_or_names_another_folder_removes_nothing_but_a_drills_own()
    {
        var precious = _directory.Sub("precious");
        File.WriteAllText(Note, $$"""{ "attemptId": "drill-1", "place": "{{precious}}" }""");
        Assert.Equal("drill-1", Shelf().TidyUp());
        Assert.True(Directory.Exists(precious));

        Directory.CreateDirectory(Shelf().Place);
        File.WriteAllText(Note, "{");
        Assert.NotNull(Shelf().TidyUp());
        AssertNothingIsLeft();
    }

    [Fact]
    public void Only_its_owner_can_enter_a_place()
    {
        var place = Shelf().Begin("drill-1");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Shelf().Place));
        }

        place.End();
    }

    private string Backups => _directory.Sub("backup");

    private string Note => _directory.File("reporting.drill.json");

    private DrillShelf Shelf() => new(Note, _directory.File("drills"), Backups, "reporting");

    private void AssertNothingIsLeft()
    {
        Assert.False(File.Exists(Note));
        Assert.False(Directory.Exists(Shelf().Place));
        Assert.DoesNotContain(Directory.GetFiles(Backups), file => file.Contains("drill", StringComparison.Ordinal));
    }
}
