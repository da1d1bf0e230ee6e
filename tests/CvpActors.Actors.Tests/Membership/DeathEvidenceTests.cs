using System.Collections.Immutable;
using CvpActors.Actors.Membership;

namespace CvpActors.Actors.Tests.Membership;

public sealed class DeathEvidenceTests
{
    [Theory]
    [InlineData("abc", "", "a", true)]
    [InlineData("abc", "a", "a", true)]
    [InlineData("abcde", "e", "a", true)]
    [InlineData("abcde", "de", "a", false)]
    [InlineData("abc", "b", "a", false)]
    [InlineData("abc", "bc", "a", false)]
    [InlineData("ab", "", "a", false)]
    [InlineData("abc", "", "x", false)]
    public void A_closed_port_counts_only_for_those_who_are_still_a_majority(string coordinators, string unreachable, string dead, bool suffices) =>
        Assert.Equal(suffices, DeathEvidence.Suffices(coordinators.ToArray(), unreachable.ToImmutableHashSet(), dead[0]));
}
