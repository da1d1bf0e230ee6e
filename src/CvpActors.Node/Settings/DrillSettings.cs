using System.Globalization;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Restores;
using CvpActors.Node.Configuration;

namespace CvpActors.Node.Settings;

/// <summary>How one database's backups are drilled.</summary>
/// <param name="Definition">What the coordinator needs of it.</param>
/// <param name="Expectation">What a drill is held to.</param>
/// <param name="Directory">Where throw-away places are made; null for the folder in the node's own directory.</param>
internal sealed record DrillSettings(DrillDefinition Definition, DrillExpectation Expectation, string? Directory)
{
    private static readonly TimeSpan LongestExpected = TimeSpan.FromDays(365);

    /// <summary>Reads <c>databases.NAME.drill</c>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="zoneByDefault">The zone of the database's backups.</param>
    /// <param name="offsite">Where its backups are shipped to.</param>
    /// <exception cref="SettingsException">Something in it cannot be used.</exception>
    public static DrillSettings Read(SettingsSection section, string zoneByDefault, OffsiteDefinition? offsite)
    {
        var (line, zone) = DatabaseSettingsReader.ReadSchedule(section, zoneByDefault);
        var from = section.OptionalText("from") ?? "old";
        if (from != "old" && RestoreSource.TryParse(from) is not { Remote: not null, Generation: null })
        {
            throw new SettingsException(section.KeyPath("from"), $"\"{from}\" is not allowed; allowed: old, or remote:NAME for the newest generation there");
        }

        if (RestoreSource.TryParse(from)?.Remote is { } remote && offsite?.Remotes.Contains(remote) != true)
        {
            throw new SettingsException(section.KeyPath("from"),
                $"nothing of this database is shipped to \"{remote}\"; allowed: {(offsite is null ? "old, since offsite.remotes names none" : $"old, or remote: and one of {string.Join(", ", offsite.Remotes)}")}");
        }

        var checks = section.TextList("checks");
        if (checks.Any(string.IsNullOrWhiteSpace))
        {
            throw new SettingsException(section.KeyPath("checks"), "has an empty text; allowed: statements that give a row whose first column says true");
        }

        var directory = section.OptionalText("directory");
        TimeSpan? expected = section.Has("expected-within") ? section.Duration("expected-within", TimeSpan.Zero, TimeSpan.FromSeconds(1), LongestExpected) : null;
        var rowsWithin = Percent(section, "rows-within");
        section.RefuseUnknownKeys();
        return new DrillSettings(
            new DrillDefinition(line, zone, from) { ExpectedWithin = expected },
            new DrillExpectation([.. checks], rowsWithin),
            directory is null ? null : Path.GetFullPath(directory));
    }

    private static double Percent(SettingsSection section, string key) =>
        section.OptionalText(key) is not { } text ? DrillExpectation.DefaultRowsWithin
        : text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent / 100
        : throw new SettingsException(section.KeyPath(key), $"\"{text}\" is not allowed; allowed: 0% to 100%, 0% for the very same number of rows");
}
