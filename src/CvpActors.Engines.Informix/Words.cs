namespace CvpActors.Engines.Informix;

/// <summary>Quotes what a program said within a sentence.</summary>
internal static class Words
{
    private const int Longest = 400;

    /// <summary>The last of a text, without line ends and control characters.</summary>
    public static string OnOneLine(string text)
    {
        var words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var plain = string.Concat(words.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return plain.Length <= Longest ? plain : "…" + plain[^Longest..];
    }

    /// <summary>The first line that is not empty.</summary>
    public static string FirstLine(string text) => text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
}
