using CsCheck;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Maintenance;

/// <summary>How many operations run at once, and who is next.</summary>
public sealed class RunSlotsTests
{
    private static readonly DateTimeOffset Due = Scenario.Due;

    [Fact]
    public void Those_that_were_due_first_come_first_whatever_the_order_in_which_they_asked()
    {
        var slots = new RunSlots(ClusterLimit: 1).Ask("b", "n1", 0, Due.AddMinutes(1)).Ask("c", "n2", 0, Due).Ask("a", "n1", 0, Due.AddMinutes(1));
        List<string> order = [];
        while (slots.GrantNext() is var (then, database))
        {
            order.Add(database);
            slots = then.Free(database);
        }

        Assert.Equal(["c", "a", "b"], order);
    }

    [Fact]
    public void A_full_node_does_not_hold_up_another()
    {
        var slots = new RunSlots(ClusterLimit: 0).Take("x", "n1").Ask("a", "n1", 1, Due).Ask("b", "n2", 1, Due.AddHours(1));

        Assert.Equal("b", slots.GrantNext()?.Database);
        Assert.Equal("1 operation runs on n1, as many as policy.max-concurrent.node allows", slots.WhyFull("n1", 1));
        Assert.Null(slots.WhyFull("n2", 1));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var slots = new RunSlots(ClusterLimit: 0);
        for (var i = 0; i < 50; i++)
        {
            slots = slots.Ask($"db-{i}", "n1", 0, Due);
            slots = slots.GrantNext()!.Value.Then;
        }

        Assert.Equal((50, null), (slots.Held, slots.WhyFull("n1", 0)));
    }

    [Fact]
    public void Whatever_happens_no_grant_exceeds_a_limit_and_nobody_waits_where_there_is_room() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 7]).Array[1, 60]).Sample((cluster, node, moves) =>
        {
            var slots = new RunSlots(cluster);
            var (running, waiting) = (new Dictionary<string, string>(), new Dictionary<string, string>());
            foreach (var (move, which) in moves)
            {
                var (database, home) = ($"db-{which}", $"n{which % 2}");
                switch (move)
                {
                    case 0 when !running.ContainsKey(database):
                        slots = slots.Ask(database, home, node, Due.AddMinutes(which));
                        waiting[database] = home;
                        break;
                    case 1:
                        slots = slots.Free(database);
                        running.Remove(database);
                        waiting.Remove(database);
                        break;
                    case 2:
                        slots = slots.Take(database, home);
                        waiting.Remove(database);
                        running[database] = home;
                        break;
                }

                while (slots.GrantNext() is var (then, next))
                {
                    Assert.True(cluster == 0 || running.Count < cluster);
                    Assert.True(node == 0 || running.Values.Count(n => n == waiting[next]) < node);
                    running[next] = waiting[next];
                    waiting.Remove(next);
                    slots = then;
                }

                Assert.Equal(running.Count, slots.Held);
                Assert.All(waiting.Values, n => Assert.NotNull(slots.WhyFull(n, node)));
            }
        });
}
