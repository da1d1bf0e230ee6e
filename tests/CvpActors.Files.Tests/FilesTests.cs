using CvpActors.Testing;

namespace CvpActors.Files.Tests;

public sealed class FilesTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Text_is_replaced_as_a_whole()
    {
        DurableFile.WriteText(_directory.File("a"), "a long first text");
        DurableFile.WriteText(_directory.File("a"), "short");

        Assert.Equal("short", File.ReadAllText(_directory.File("a")));
        Assert.Equal(["a"], _directory.Names);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        var error = Assert.Throws<IOException>(() => DurableFile.WriteText(_directory.File("nowhere/a"), "text"));

        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_flushed() =>
        Assert.Throws<IOException>(() => DirectorySync.Flush(_directory.File("nowhere")));

    [Fact]
    public void A_hard_link_is_a_second_name_for_the_same_bytes()
    {
        File.WriteAllText(_directory.File("a"), "one");

        Assert.True(HardLink.TryCreate(_directory.File("a"), _directory.File("b")));

        File.WriteAllText(_directory.File("a"), "two");
        Assert.Equal("two", File.ReadAllText(_directory.File("b")));
    }

    [Fact]
    public void A_name_that_is_taken_is_an_error_and_not_a_missing_feature()
    {
        File.WriteAllText(_directory.File("a"), "one");
        File.WriteAllText(_directory.File("b"), "two");

        var error = Assert.Throws<IOException>(() => HardLink.TryCreate(_directory.File("a"), _directory.File("b")));

        Assert.Contains(_directory.File("b"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_that_cannot_link_says_so()
    {
        // Nothing in proc can be linked: EXDEV here, as between two disks.
        if (OperatingSystem.IsLinux())
        {
            Assert.False(HardLink.TryCreate("/proc/self/status", _directory.File("b")));
        }
    }
}
