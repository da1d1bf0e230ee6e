using CvpActors.Node.Configuration;
using CvpActors.Node.Offline;
using CvpActors.Testing;

namespace CvpActors.Node.Tests.Offline;

/// <summary>What is refused before a server is asked. The copy itself: CvpActors.EndToEnd.Tests, Cluster/JournalCopyTests.cs.</summary>
public sealed class JournalCopyTests : IDisposable
{
    private const string Target = "cvp-actors.journal.postgres.connection-string = \"Host=127.0.0.1;Port=1;Database=cvp;Username=cvp\"";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_configuration_that_names_no_PostgreSQL_is_refused_by_the_key()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => CopyAsync("cvp-actors.log.level = info"));

        Assert.Equal("cvp-actors.journal.postgres: is missing; allowed: the database to copy to", refused.Message);
    }

    [Fact]
    public async Task Keys_of_Akkas_that_would_put_events_elsewhere_are_refused()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => CopyAsync($"{Target}\nakka.persistence.journal.sql.table-mapping = postgresql"));

        Assert.StartsWith("akka.persistence: is set", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("journal.db", "snapshots.db")]
    public async Task A_directory_without_a_whole_journal_is_refused_and_left_as_it_was(params string[] missing)
    {
        foreach (var name in new[] { "journal.db", "snapshots.db" }.Except(missing))
        {
            File.WriteAllText(_directory.File(name), "");
        }

        var before = Names();

        var refused = await Assert.ThrowsAsync<JournalCopyException>(() => CopyAsync(Target));

        Assert.Equal($"{_directory.File("journal.db")} is not there; allowed: the data directory of a node whose journal is in it", refused.Message);
        Assert.Equal([.. before, "to.conf"], Names());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_leaves_the_directory_free()
    {
        File.WriteAllText(_directory.File("journal.db"), "");
        File.WriteAllText(_directory.File("snapshots.db"), "");

        // Twice: the first has let go of the directory.
        foreach (var _ in new[] { 1, 2 })
        {
            var refused = await Assert.ThrowsAsync<JournalCopyException>(() => CopyAsync(Target));
            Assert.StartsWith("the database of cvp-actors.journal.postgres cannot be used (", refused.Message, StringComparison.Ordinal);
        }
    }

    private string[] Names() => [.. Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private Task<JournalCopyReport> CopyAsync(string configuration)
    {
        File.WriteAllText(_directory.File("to.conf"), configuration);
        return JournalCopy.RunAsync(_directory.Path, [_directory.File("to.conf")], CancellationToken.None);
    }
}
