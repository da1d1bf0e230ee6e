using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Drills;

/// <summary>A drill never fills a disk that others write to: it needs more than its own room, and is ended when that is used up by whomever.</summary>
public static class DrillSpace
{
    /// <summary>So much stays free whatever a drill does.</summary>
    public const long Reserve = 16L << 20;

    /// <summary>What must be free for a drill that needs so much: a fifth more, and the reserve.</summary>
    public static long WithMargin(long needed) => needed + (needed / 5) + Reserve;

    /// <summary>What is lacking, for a person; null where it suffices, or cannot be told.</summary>
    /// <param name="need">The room that the drill needs, its margin included.</param>
    public static string? ProblemOf(SpaceNeed need)
    {
        ArgumentNullException.ThrowIfNull(need);
        return need.Suffices ? null
            : $"the drill needs {InWords.OfBytes(need.NeededBytes)} in {need.Folder}, its margin included, and {InWords.OfBytes(need.FreeBytes!.Value)} are free: "
            + "make room there, or set drill.directory to a disk that has it";
    }

    /// <summary>Why a drill under way must end, for a person; null while it may go on.</summary>
    /// <param name="folder">Where it writes.</param>
    /// <param name="freeBytes">What is free there; null where it cannot be told.</param>
    public static string? WhyToEnd(string folder, long? freeBytes) => freeBytes >= Reserve || freeBytes is null ? null
        : $"the drill was ended before it filled the disk: {InWords.OfBytes(freeBytes.Value)} were left in {folder}; make room there, or set drill.directory to a disk that has it";
}
