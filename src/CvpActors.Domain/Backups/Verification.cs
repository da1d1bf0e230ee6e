using System.Text.Json;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Backups;

/// <summary>How far a dump was verified.</summary>
[JsonConverter(typeof(VerifiedExtentConverter))]
public enum VerifiedExtent
{
    /// <summary>All that its engine can check was checked, and is in order.</summary>
    Full,

    /// <summary>
    /// All pages and their accounting are in order, and all content that can be checked without the program that the database belongs to; what
    /// is left is named by the reason.
    /// </summary>
    Pages,
}

/// <summary>What an engine says of a dump that it found nothing wrong with.</summary>
/// <param name="Extent">How far it looked.</param>
/// <param name="Reason">Why no further, for a person; null when it looked at everything.</param>
public sealed record Verification(VerifiedExtent Extent, string? Reason = null)
{
    /// <summary>Everything was looked at.</summary>
    public static Verification Full { get; } = new(VerifiedExtent.Full);

    /// <summary>
    /// Whether a dump that can be verified only this far is to be refused: the one before it could be verified in full, so that something has
    /// happened to the database that an administrator should know of before its backups are kept.
    /// </summary>
    /// <param name="last">How far the last backup was verified; null when there is none, or when an earlier version made it.</param>
    public bool IsLessThan(VerifiedExtent? last) => Extent == VerifiedExtent.Pages && last == VerifiedExtent.Full;
}

/// <summary>As camelCase names, wherever a manifest is written.</summary>
public sealed class VerifiedExtentConverter() : JsonStringEnumConverter<VerifiedExtent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
