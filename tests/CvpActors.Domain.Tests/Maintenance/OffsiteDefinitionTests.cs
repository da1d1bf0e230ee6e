using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Tests.Maintenance;

public sealed class OffsiteDefinitionTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void Two_that_say_the_same_are_equal_or_each_hello_would_be_a_changed_configuration()
    {
        Assert.Equal(new OffsiteDefinition(["hq", "dr"], Day), new OffsiteDefinition(["hq", "dr"], Day));
        Assert.Equal(new OffsiteDefinition(["hq", "dr"], Day).GetHashCode(), new OffsiteDefinition(["hq", "dr"], Day).GetHashCode());
    }

    [Fact]
    public void Other_remotes_or_another_time_are_a_difference()
    {
        Assert.NotEqual(new OffsiteDefinition(["hq", "dr"], Day), new OffsiteDefinition(["hq"], Day));
        Assert.NotEqual(new OffsiteDefinition(["hq"], Day), new OffsiteDefinition(["hq"], Day * 2));
    }
}
