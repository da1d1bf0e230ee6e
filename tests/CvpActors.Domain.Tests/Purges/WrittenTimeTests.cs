using System.Text;
using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Purges;

public class WrittenTimeTests
{
    [Theory]
    [InlineData("2026-03-29", "2026-03-29T00:00:00.000Z")]
    [InlineData("2026-03-29 01:30", "2026-03-29T01:30:00.000Z")]
    [InlineData("2026-03-29T01:30:07Z", "2026-03-29T01:30:07.000Z")]
    [InlineData("2026-03-29t01:30:07.1239z", "2026-03-29T01:30:07.123Z")]
    [InlineData("2026-03-29 01:30:07,5", "2026-03-29T01:30:07.500Z")]
    [InlineData("2026-03-29T01:30:07-10:00", "2026-03-29T11:30:07.000Z")]
    [InlineData("2026-03-29T01:30:07+0530", "2026-03-28T20:00:07.000Z")]
    [InlineData("2026-03-29T01:30+14", "2026-03-28T11:30:00.000Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00.000Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31 23:59:59.999", "9999-12-31T23:59:59.999Z")]
    public void A_time_is_read_as_the_moment_that_it_names(string text, string moment)
    {
        Assert.True(WrittenTime.TryRead(Encoding.UTF8.GetBytes(text), out var milliseconds));
        Assert.Equal(moment, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026")]
    [InlineData("20260329")]
    [InlineData("2026.03.29")]
    [InlineData("29-03-2026")]
    [InlineData("2026-02-29")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-01")]
    [InlineData("0000-01-01")]
    [InlineData("2026-03-29T")]
    [InlineData("2026-03-29T1:30")]
    [InlineData("2026-03-29T24:00")]
    [InlineData("2026-03-29T01:60")]
    [InlineData("2026-03-29T01:30:60")]
    [InlineData("2026-03-29T01:30:")]
    [InlineData("2026-03-29T01:30:07.")]
    [InlineData("2026-03-29T01:30:07 Z")]
    [InlineData("2026-03-29T01:30:07+")]
    [InlineData("2026-03-29T01:30:07+1")]
    [InlineData("2026-03-29T01:30:07+15:00")]
    [InlineData("2026-03-29T01:30:07+01:60")]
    [InlineData("2026-03-29T01:30:07+01.30")]
    [InlineData("2026-03-29Z")]
    [InlineData(" 2026-03-29")]
    [InlineData("2026-03-29 ")]
    [InlineData("٢٠٢٦-03-29")]
    public void What_may_be_read_in_two_ways_or_is_cut_off_is_no_time(string text) =>
        Assert.False(WrittenTime.TryRead(Encoding.UTF8.GetBytes(text), out _));
}
