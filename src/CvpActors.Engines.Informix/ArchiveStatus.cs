using System.Collections.Immutable;
using System.Globalization;

namespace CvpActors.Engines.Informix;

/// <summary>What <c>onstat -g arc</c> shows: which archives are under way, and when each dbspace was archived last, to the minute, in the server's local time.</summary>
internal sealed record ArchiveStatus(ImmutableArray<string> Ongoing, ImmutableArray<(string Dbspace, DateTime LocalMinute)> LevelZero)
{
    private const string OngoingSection = "Dbspaces - Ongoing archives";
    private const string StatusSection = "Dbspaces - Archive Status";

    /// <summary>Reads it by its words: the columns shift with the length of names.</summary>
    public static ArchiveStatus Parse(string output)
    {
        var ongoing = ImmutableArray.CreateBuilder<string>();
        var levelZero = ImmutableArray.CreateBuilder<(string, DateTime)>();
        var section = "";
        foreach (var line in output.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith("Dbspaces - ", StringComparison.Ordinal))
            {
                section = line;
                continue;
            }

            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (section == OngoingSection && words.Length > 1 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                ongoing.Add(words[1]);
            }
            else if (section == StatusSection && words.Length > 3 && words[2] == "0"
                && DateTime.TryParseExact(words[3], "MM/dd/yyyy.HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var minute))
            {
                levelZero.Add((words[0], minute));
            }
        }

        return new ArchiveStatus(ongoing.ToImmutable(), levelZero.ToImmutable());
    }
}
