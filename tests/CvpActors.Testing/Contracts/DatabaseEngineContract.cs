using CvpActors.Domain.Ports;
using Xunit;

namespace CvpActors.Testing.Contracts;

/// <summary>What <see cref="IDatabaseEngine"/> promises, for every implementation of it.</summary>
public abstract class DatabaseEngineContract : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>An engine with a database that is in order.</summary>
    protected abstract IDatabaseEngine Create(string directory);

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Its_name_is_what_a_configuration_would_say() => Assert.Matches("^[a-z]+$", Engine().Name);

    [Fact]
    public void Side_files_are_told_as_endings_of_the_dump()
    {
        var suffixes = Engine().SideFileSuffixes;

        Assert.Equal(suffixes, suffixes.Distinct());
        Assert.All(suffixes, suffix => Assert.Matches(@"^[-.]\w+$", suffix));
    }

    [Fact]
    public async Task A_database_that_is_in_order_passes_the_check_and_is_not_changed()
    {
        var engine = Engine();
        var before = Contents("database");

        await engine.CheckAsync(CancellationToken.None);

        Assert.Equal(before, Contents("database"));
    }

    [Fact]
    public async Task A_dump_is_a_file_of_its_own_that_verifies_and_is_not_changed_by_that()
    {
        var engine = Engine();
        var dump = _directory.File("dump");

        await engine.DumpAsync(dump, TestRun.Create(), CancellationToken.None);
        var bytes = await File.ReadAllBytesAsync(dump);
        await engine.VerifyAsync(dump, CancellationToken.None);

        Assert.NotEmpty(bytes);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(dump));
        Assert.Equal(["dump"], _directory.Names);
    }

    [Fact]
    public async Task A_dump_that_is_cut_off_does_not_verify()
    {
        var engine = Engine();
        var dump = _directory.File("dump");
        await engine.DumpAsync(dump, TestRun.Create(), CancellationToken.None);
        using (var file = File.OpenWrite(dump))
        {
            file.SetLength(file.Length / 2);
        }

        await Assert.ThrowsAsync<BackupFailedException>(() => engine.VerifyAsync(dump, CancellationToken.None));
    }

    [Fact]
    public async Task A_dump_that_was_cancelled_before_it_began_is_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine().DumpAsync(_directory.File("dump"), TestRun.Create(), new CancellationToken(canceled: true)));

    private IDatabaseEngine Engine() => Create(_directory.Sub("database"));

    private string[] Contents(string folder) =>
        [.. Directory.EnumerateFiles(_directory.Sub(folder)).Order(StringComparer.Ordinal).Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))}")];
}
