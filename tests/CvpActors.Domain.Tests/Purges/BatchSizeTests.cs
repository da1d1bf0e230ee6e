using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Tests.Purges;

public class BatchSizeTests
{
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Quick_batches_grow_to_the_most_that_is_allowed()
    {
        var size = new BatchSize(Target, 10_000);
        Assert.Equal(1000, size.Rows);

        for (var i = 0; i < 10; i++)
        {
            size.Learn(size.Rows, TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(10_000, size.Rows);
    }

    [Fact]
    public void A_batch_that_held_the_lock_too_long_is_followed_by_a_smaller_one()
    {
        var size = new BatchSize(Target, 10_000);

        size.Learn(1000, TimeSpan.FromMilliseconds(100));
        Assert.Equal(500, size.Rows);

        size.Learn(500, TimeSpan.FromSeconds(10));
        Assert.Equal(125, size.Rows);
    }

    [Fact]
    public void It_settles_where_the_lock_is_held_as_long_as_is_wanted()
    {
        var size = new BatchSize(Target, 10_000);
        for (var i = 0; i < 20; i++)
        {
            size.Learn(size.Rows, TimeSpan.FromMicroseconds(20) * size.Rows);
        }

        Assert.InRange(size.Rows, 2400, 2600);
    }

    [Fact]
    public void It_never_goes_below_a_hundred_rows_or_what_is_configured()
    {
        var size = new BatchSize(Target, 10_000);
        var small = new BatchSize(Target, 5);
        for (var i = 0; i < 20; i++)
        {
            size.Learn(size.Rows, TimeSpan.FromSeconds(10));
            small.Learn(small.Rows, TimeSpan.FromSeconds(10));
        }

        Assert.Equal((100, 5), (size.Rows, small.Rows));
    }

    [Fact]
    public void The_few_rows_of_a_last_batch_say_nothing_about_larger_ones()
    {
        var size = new BatchSize(Target, 10_000);

        size.Learn(3, TimeSpan.FromMilliseconds(1));

        Assert.Equal(1000, size.Rows);
    }
}
