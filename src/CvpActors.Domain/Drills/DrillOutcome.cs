using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Drills;

/// <summary>How a drill ended. It is journaled: members are only added.</summary>
/// <param name="Error">Why it failed, for a person; null when it succeeded.</param>
public sealed record DrillOutcome(string? Error)
{
    /// <summary>Whether the generation was restored and all that was looked at was as it should be.</summary>
    [JsonIgnore]
    public bool Succeeded => Error is null;

    /// <summary>The generation; null where none was found.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Generation { get; init; }

    /// <summary>The length of its file in bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Bytes { get; init; }

    /// <summary>How long the restore took; null where it was not restored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RestoreTook { get; init; }

    /// <summary>How many rows its categories hold; null where nobody counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Rows { get; init; }

    /// <summary>What could not be compared, for a person; null where all was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
}

/// <summary>What was asked of a drill, as the node that makes it is configured.</summary>
/// <param name="Checks">Statements to be run on what was restored; each must say true.</param>
/// <param name="RowsWithin">By which part of the live count a category's rows may differ, such as 0.2.</param>
public sealed record DrillExpectation(ImmutableArray<string> Checks, double RowsWithin)
{
    /// <summary>One fifth.</summary>
    public const double DefaultRowsWithin = 0.2;

    /// <summary>No checks.</summary>
    public static DrillExpectation Default { get; } = new([], DefaultRowsWithin);
}

/// <summary>What a statement said.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="HasRow">Whether there was a row.</param>
/// <param name="Value">The first column of the first row as text; null for NULL.</param>
public sealed record CheckSeen(string Statement, bool HasRow, string? Value)
{
    /// <summary>What the engine said instead of a row; null where it gave one, or none.</summary>
    public string? Error { get; init; }
}
