using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Locks;

/// <summary>The one table of what excludes what, pair by pair.</summary>
public class ExclusionTests
{
    public static TheoryData<Activity, Activity, Together> Pairs => new()
    {
        { Activity.Backup, Activity.Backup, Together.Never },
        { Activity.Backup, Activity.Purge, Together.Never },
        { Activity.Backup, Activity.Restore, Together.Never },
        { Activity.Backup, Activity.Drill, Together.Beside },
        { Activity.Backup, Activity.Shipment, Together.Beside },
        { Activity.Backup, Activity.Scrub, Together.Beside },
        { Activity.Purge, Activity.Purge, Together.Never },
        { Activity.Purge, Activity.Restore, Together.Never },
        { Activity.Purge, Activity.Drill, Together.Beside },
        { Activity.Purge, Activity.Shipment, Together.Beside },
        { Activity.Purge, Activity.Scrub, Together.Beside },
        { Activity.Restore, Activity.Restore, Together.Never },
        { Activity.Restore, Activity.Drill, Together.Beside },
        { Activity.Restore, Activity.Shipment, Together.Beside },
        { Activity.Restore, Activity.Scrub, Together.Beside },
        { Activity.Drill, Activity.Drill, Together.Never },
        { Activity.Drill, Activity.Shipment, Together.Beside },
        { Activity.Drill, Activity.Scrub, Together.Beside },
        { Activity.Shipment, Activity.Shipment, Together.OneEachRemote },
        { Activity.Shipment, Activity.Scrub, Together.Beside },
        { Activity.Scrub, Activity.Scrub, Together.OneEachRemote },
    };

    public static TheoryData<Operation, Operation> Operations
    {
        get
        {
            var pairs = new TheoryData<Operation, Operation>();
            foreach (var held in Enum.GetValues<Operation>())
            {
                foreach (var wanted in Enum.GetValues<Operation>())
                {
                    pairs.Add(held, wanted);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_pair_is_what_it_is_whichever_is_named_first(Activity one, Activity other, Together together)
    {
        Assert.Equal(together, Exclusions.Of(one, other));
        Assert.Equal(together, Exclusions.Of(other, one));
    }

    [Fact]
    public void No_pair_is_left_out() =>
        Assert.Equal(Enum.GetValues<Activity>().Length * (Enum.GetValues<Activity>().Length + 1) / 2, Pairs.Count);

    [Theory]
    [MemberData(nameof(Operations))]
    public void Whichever_operation_is_wanted_while_another_holds_the_lock_it_is_refused_as_the_table_says(Operation held, Operation wanted)
    {
        var night = new Scenario();
        Assert.IsType<RunGranted>(night.Do(RestoreTests.Request(held)));

        var reply = night.Do(RestoreTests.Request(wanted));

        Assert.True(Exclusions.Exclude(held, wanted));
        Assert.Equal(held, Assert.IsType<RunRefused>(reply).Holder.Operation);
    }
}
