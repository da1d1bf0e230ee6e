namespace CvpActors.House.Tests;

/// <summary>The sources of src, parsed once.</summary>
internal static class SourceTree
{
    public static IReadOnlyList<SourceFile> Files { get; } = [.. Repository.Files("src", "*.cs").Select(path => SourceFile.Parse(path, Repository.Read(path)))];
}
