using CvpActors.Testing;

namespace CvpActors.Files.Tests;

public sealed class PlaceTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void All_names_of_a_file_are_one_place_and_a_copy_is_another()
    {
        File.WriteAllText(_directory.File("a"), "one");
        File.Copy(_directory.File("a"), _directory.File("copy"));
        Assert.True(HardLink.TryCreate(_directory.File("a"), _directory.File("hard")));
        File.CreateSymbolicLink(_directory.File("symbolic"), "a");
        Directory.CreateSymbolicLink(_directory.File("folder"), ".");

        Assert.Single(new[] { "a", "./a", "hard", "symbolic", "folder/folder/symbolic" }.Select(name => PlaceIdentity.Of(_directory.File(name))).Distinct());
        Assert.NotEqual(PlaceIdentity.Of(_directory.File("a")), PlaceIdentity.Of(_directory.File("copy")));
    }

    [Fact]
    public void Links_are_followed_wherever_they_are_in_a_path_also_to_what_is_not_there_yet()
    {
        _directory.Sub("real/deep");
        Directory.CreateSymbolicLink(_directory.File("one"), _directory.File("real"));
        Directory.CreateSymbolicLink(_directory.File("real/two"), "../one/deep");

        Assert.Equal(_directory.File("real/deep/not there/yet"), PlaceIdentity.Resolve(_directory.File("one/two/not there/yet/")));
    }

    [Fact]
    public void A_circle_of_links_is_named()
    {
        File.CreateSymbolicLink(_directory.File("a"), _directory.File("b"));
        File.CreateSymbolicLink(_directory.File("b"), _directory.File("a"));

        Assert.Contains("circle", Assert.Throws<IOException>(() => PlaceIdentity.Resolve(_directory.File("a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_names_of_one_file_a_renaming_leaves_the_one_that_was_wanted()
    {
        File.WriteAllText(_directory.File("a"), "one");
        Assert.True(HardLink.TryCreate(_directory.File("a"), _directory.File("b")));

        Disk.Real.Rename(_directory.File("a"), _directory.File("b"));

        Assert.Equal(["b"], _directory.Names);
        Assert.Equal("one", File.ReadAllText(_directory.File("b")));
    }

    [Theory]
    [InlineData("36 35 98:0 / /srv ro,noatime shared:1 - ext4 /dev/sdb ro,errors=continue", true)]
    [InlineData("36 35 98:0 / /srv ro,noatime shared:1 - ext4 /dev/sdb rw,errors=continue", false)]
    [InlineData("36 35 98:0 / /srv ro - nfs4 server:/srv ro,vers=4.2", false)]
    [InlineData("36 35 98:0 / /srv/other ro - ext4 /dev/sdb ro", false)]
    [InlineData("36 35 98:0 / /srv/db\\040s ro - xfs /dev/sdb ro", true)]
    public void Nobody_can_write_only_where_the_whole_file_system_is_read_only_and_of_this_machine(string mount, bool proven)
    {
        string[] mounts = ["20 1 8:1 / / rw - ext4 /dev/sda rw", mount];

        Assert.Equal(proven, ReadOnlyPlace.SaysSo(mounts, "/srv/db s/r.db"));
    }

    [Fact]
    public void Of_mounts_in_each_other_the_innermost_counts_and_of_two_on_one_place_the_later() => Assert.False(ReadOnlyPlace.SaysSo(
        ["1 0 8:1 / / ro - ext4 /dev/sda ro", "2 1 8:2 / /srv ro - ext4 /dev/sdb ro", "3 2 8:3 / /srv rw - ext4 /dev/sdc rw"], "/srv/r.db"));
}
