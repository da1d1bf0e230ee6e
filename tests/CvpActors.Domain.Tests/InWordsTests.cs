namespace CvpActors.Domain.Tests;

public sealed class InWordsTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(38, "38 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(999.6, "1 s")]
    [InlineData(2_400, "2.4 s")]
    [InlineData(59_940, "59.9 s")]
    [InlineData(59_960, "1 min")]
    [InlineData(92_000, "1 min 32 s")]
    [InlineData(600_000, "10 min")]
    [InlineData(3_599_700, "1 h")]
    [InlineData(5_400_000, "1 h 30 min")]
    [InlineData(86_376_000, "1 d")]
    [InlineData(187_200_000, "2 d 4 h")]
    [InlineData(-600_000, "-10 min")]
    public void A_duration_is_told_in_two_units_at_most(double milliseconds, string words) =>
        Assert.Equal(words, InWords.Of(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void The_longest_durations_have_words_too()
    {
        Assert.Equal("10675199 d", InWords.Of(TimeSpan.MaxValue));
        Assert.Equal("-10675199 d", InWords.Of(TimeSpan.MinValue));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1 kB")]
    [InlineData(1_892_352, "1.9 MB")]
    [InlineData(9_960_000, "10 MB")]
    [InlineData(999_600, "1 MB")]
    [InlineData(25_000_000_000, "25 GB")]
    [InlineData(long.MaxValue, "9223 PB")]
    public void A_size_is_told_in_powers_of_a_thousand(long bytes, string words) => Assert.Equal(words, InWords.OfBytes(bytes));

    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(42_000, "42,000 rows")]
    public void A_count_goes_with_its_noun(long number, string words) => Assert.Equal(words, InWords.Count(number, "row", "rows"));

    [Fact]
    public void Every_operation_has_a_name() =>
        Assert.Equal(["backup", "purge", "restore"], Enum.GetValues<Operation>().Select(InWords.Of));
}
