namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>
/// What the databases really saw: a program that maintains one writes its token ten times a second for as long as it works. Were two ever
/// at work together, or an outdated one after its successor, a lower token would stand behind a higher one.
/// </summary>
internal sealed class History(string file)
{
    /// <summary>The program, to be run by a shell: what it does, and how many tenths of a second it takes.</summary>
    public const string Program = """
        # $1: the operation; $2: the history; $3: how many tenths of a second it works.
        i=0
        while [ $i -lt "$3" ]; do
          echo "$CVP_TOKEN $1" >> "$2"
          sleep 0.1
          i=$((i + 1))
        done
        echo 7

        """;

    public IReadOnlyList<(long Token, string Operation)> Seen => File.Exists(file)
        ? [.. File.ReadAllLines(file).Select(line => line.Split(' ')).Select(words => (long.Parse(words[0]), words[1]))]
        : [];

    /// <summary>Passes when no two operations overlapped.</summary>
    public void IsInOrder()
    {
        var seen = Seen;
        for (var i = 1; i < seen.Count; i++)
        {
            Assert.True(seen[i - 1].Token <= seen[i].Token, $"{file}: after token {seen[i - 1].Token} ({seen[i - 1].Operation}) token {seen[i].Token} ({seen[i].Operation}) was still at work");
        }

        Assert.All(seen.GroupBy(s => s.Token), run => Assert.Single(run.Select(s => s.Operation).Distinct()));
    }
}
