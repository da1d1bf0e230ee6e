using CsCheck;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Tests.Encoding;

public sealed class ObjectIdentifierTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1..3")]
    [InlineData("1.3.x")]
    [InlineData("1.3.-1")]
    [InlineData("3.1")]
    [InlineData("1.40")]
    [InlineData("1.3.4294967296")]
    [InlineData("1.3. 6")]
    public void What_is_not_an_identifier_is_refused(string text) => Assert.False(ObjectIdentifier.TryParse(text, out _));

    [Fact]
    public void A_leading_dot_makes_no_difference() =>
        Assert.Equal(ObjectIdentifier.Parse("1.3.6.1"), ObjectIdentifier.Parse(".1.3.6.1"));

    [Fact]
    public void Order_is_arc_by_arc_and_a_parent_comes_before_its_children()
    {
        string[] ordered = ["1.3", "1.3.6", "1.3.6.2", "1.3.6.10", "1.3.7"];
        Assert.Equal(ordered, ordered.Reverse().Select(ObjectIdentifier.Parse).Order().Select(o => o.ToString()));
    }

    [Fact]
    public void Any_text_is_read_or_refused_without_an_exception() =>
        Gen.String[Gen.Char["0123456789. -x"], 0, 40].Sample(text =>
            Assert.Equal(ObjectIdentifier.TryParse(text, out var oid), oid is not null));
}
