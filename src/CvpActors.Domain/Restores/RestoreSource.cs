using System.Globalization;
using CvpActors.Domain.Backups;

namespace CvpActors.Domain.Restores;

/// <summary>Where a backup is taken from: <c>current</c>, <c>old</c>, <c>remote:NAME</c> (its newest generation) or <c>remote:NAME@GENERATION</c>.</summary>
/// <param name="File">The local file's name; null for one at a remote.</param>
/// <param name="Remote">The remote; null for a local file.</param>
/// <param name="Generation">The generation at the remote; null for the newest.</param>
public sealed record RestoreSource(string? File, string? Remote, long? Generation)
{
    /// <summary>What is allowed, for errors.</summary>
    public const string Allowed = "current, old, remote:NAME (the newest generation there) or remote:NAME@GENERATION";

    private const string RemotePrefix = "remote:";

    /// <summary>Reads it; null when it is none.</summary>
    public static RestoreSource? TryParse(string? text)
    {
        switch (text)
        {
            case null:
                return null;
            case "current":
                return new RestoreSource(BackupNames.Current, null, null);
            case "old":
                return new RestoreSource(BackupNames.Old, null, null);
        }

        if (!text.StartsWith(RemotePrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var (name, at) = Split(text[RemotePrefix.Length..]);
        if (name.Length == 0 || name.Any(char.IsControl))
        {
            return null;
        }

        return at is null ? new RestoreSource(null, name, null)
            : long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) && generation > 0 ? new RestoreSource(null, name, generation)
            : null;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => File switch
    {
        BackupNames.Current => "current",
        BackupNames.Old => "old",
        _ => Generation is { } generation ? FormattableString.Invariant($"{RemotePrefix}{Remote}@{generation}") : $"{RemotePrefix}{Remote}",
    };

    private static (string Name, string? At) Split(string text) =>
        text.LastIndexOf('@') is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, null);
}
