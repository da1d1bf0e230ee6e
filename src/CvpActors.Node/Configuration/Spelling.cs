namespace CvpActors.Node.Configuration;

/// <summary>Finds the key that somebody meant.</summary>
internal static class Spelling
{
    /// <summary>Two slips of the finger: a letter left out, put in, changed.</summary>
    private const int MostSlips = 2;

    /// <summary>Whether one of two words may well be the other, misspelt.</summary>
    public static bool IsNear(string one, string other)
    {
        // The distance of each beginning of the first word from each beginning of the second.
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = before + (one[i - 1] == other[j - 1] ? 0 : 1);
                before = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[other.Length] <= MostSlips;
    }
}
