using CvpActors.Domain.Backups;
using CvpActors.Shipping.Vault;

namespace CvpActors.Shipping.Tests;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset FirstNight = new(2026, 1, 1, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Four_hundred_nights_with_missing_ones_keep_what_the_policy_says_at_every_moment()
    {
        var policy = new KeepPolicy(7, 30, 12, 12);
        var random = new Random(1);
        var held = new List<StoredGeneration>();
        for (var night = 0; night < 400; night++)
        {
            if (random.Next(10) == 0)
            {
                continue;
            }

            var arrived = Night(night);
            held.Insert(0, arrived);
            var removed = Retention.ToRemove(held, policy, TimeSpan.Zero, TimeSpan.FromDays(night));
            held.RemoveAll(removed.Contains);

            Assert.Contains(arrived, held);
            Assert.InRange(held.Count, Math.Min(7, held.Count), 7 + 30 + 12 + 12);
        }

        // A month of days, then weeks, then months: the whole year can be gone back to.
        var nights = held.Select(g => (int)g.Ordinal).ToList();
        Assert.InRange(nights.Count(n => n >= 400 - 36), 28, 36);
        Assert.InRange(nights.Count(n => n < 400 - 36), 12, 20);
        Assert.True(nights[^1] <= 90, $"the oldest is night {nights[^1]}");
    }

    [Fact]
    public void The_newest_stays_whatever_the_policy_says()
    {
        var held = new List<StoredGeneration> { Night(2), Night(1) };

        Assert.Equal([Night(1)], Retention.ToRemove(held, new KeepPolicy(0, 0, 0, 0), TimeSpan.Zero, TimeSpan.FromDays(9)));
    }

    [Fact]
    public void What_is_locked_stays_until_the_vault_itself_is_older()
    {
        var held = Enumerable.Range(0, 10).Select(Night).Reverse().ToList();
        var policy = new KeepPolicy(1, 0, 0, 0);

        Assert.Empty(Retention.ToRemove(held, policy, TimeSpan.FromDays(10), TimeSpan.FromDays(9)));
        Assert.Equal([Night(1), Night(0)], Retention.ToRemove(held, policy, TimeSpan.FromDays(8), TimeSpan.FromDays(9)));
    }

    [Fact]
    public void Days_are_counted_by_the_generations_that_there_are()
    {
        // Nothing came for a year: nothing is too old for that.
        var held = new List<StoredGeneration> { Night(400), Night(3), Night(2), Night(1) };

        Assert.Equal([Night(2), Night(1)], Retention.ToRemove(held, new KeepPolicy(1, 2, 0, 0), TimeSpan.Zero, TimeSpan.FromDays(400)));
    }

    private static StoredGeneration Night(int night) => new(
        new BackupManifest("reporting", "sqlite", night + 1, 4096, new string('a', 64), FirstNight.AddDays(night), FirstNight.AddDays(night).AddMinutes(1)),
        night,
        FirstNight.AddDays(night),
        TimeSpan.FromDays(night));
}
