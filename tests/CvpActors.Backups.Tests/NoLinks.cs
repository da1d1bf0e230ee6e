using CvpActors.Files;

namespace CvpActors.Backups.Tests;

/// <summary>A disk whose file system has no hard links.</summary>
internal sealed class NoLinks : Disk
{
    public override bool TryLink(string existing, string name) => false;
}
