using CvpActors.Domain.Backups;
using CvpActors.Domain.Ports;
using CvpActors.Testing;

namespace CvpActors.Backups.Tests;

/// <summary>How far a backup was verified is on record, told once, and never less than the night before without a word.</summary>
public sealed class VerifiedTests : IDisposable
{
    private static readonly Verification Pages = new(VerifiedExtent.Pages, "agent needs the collation GERMAN_PHONE");

    private readonly TempDirectory _directory = new();
    private readonly FakeEngine _engine = new("a dump");
    private readonly List<string> _notices = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_verified_as_far_as_its_pages_is_a_backup_and_the_reason_is_told_once()
    {
        for (var night = 0; night < 3; night++)
        {
            await BackUpAsync(Pages);
        }

        Assert.Equal([VerifiedExtent.Pages, VerifiedExtent.Pages], Files().List().Select(f => f.Manifest.Verified!.Value));
        Assert.Equal(Pages.Reason, Files().List()[0].Manifest.VerifiedReason);
        Assert.Contains("generation 1 is verified no further than its pages: agent needs", Assert.Single(_notices), StringComparison.Ordinal);
        await BackUpAsync(Pages with { Reason = "call needs the function f" });
        Assert.Equal(2, _notices.Count);
        Assert.Contains("\"verified\": \"pages\"", File.ReadAllText(_directory.File(BackupNames.ManifestOf(BackupNames.Current))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_verified_in_full_the_night_before_and_is_not_today_is_a_failure()
    {
        await BackUpAsync(Verification.Full);

        var failed = await Assert.ThrowsAsync<BackupFailedException>(() => BackUpAsync(Pages));

        Assert.Contains("agent needs the collation", failed.Message, StringComparison.Ordinal);
        Assert.Contains("backup.less-verified = accept", failed.Message, StringComparison.Ordinal);
        Assert.Equal([(BackupNames.Current, 1L)], Files().List().Select(f => (f.Name, f.Manifest.Generation)));
        Assert.Equal(VerifiedExtent.Pages, (await BackUpAsync(Pages, accept: true)).Verified);
        await BackUpAsync(Pages);
    }

    [Fact]
    public async Task A_manifest_of_an_earlier_version_says_nothing_of_it_and_forbids_nothing()
    {
        await BackUpAsync(null);
        Assert.DoesNotContain("verified", File.ReadAllText(_directory.File(BackupNames.ManifestOf(BackupNames.Current))), StringComparison.Ordinal);

        Assert.Equal(VerifiedExtent.Pages, (await BackUpAsync(Pages)).Verified);
    }

    private BackupFileSet Files(bool accept = false) =>
        new("reporting", _directory.Path, _engine, TimeProvider.System, _notices.Add, new BackupSetOptions { AcceptLessVerified = accept });

    private Task<BackupManifest> BackUpAsync(Verification? verified, bool accept = false)
    {
        _engine.Verified = verified;
        return Files(accept).BackUpAsync(TestRun.Create(), default);
    }
}
