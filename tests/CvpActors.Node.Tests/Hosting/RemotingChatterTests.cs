using CvpActors.Node.Hosting;
using Microsoft.Extensions.Time.Testing;
using Serilog.Events;
using Serilog.Parsing;

namespace CvpActors.Node.Tests.Hosting;

/// <summary>How much of what Akka says about peers reaches the log.</summary>
public sealed class RemotingChatterTests
{
    private const string Remoting = "akka://cvp-actors/system/endpointManager/reliableEndpointWriter-akka.tcp";
    private readonly FakeTimeProvider _time = new();
    private readonly RemotingChatter _filter;

    public RemotingChatterTests() => _filter = new RemotingChatter(_time);

    [Fact]
    public void Of_what_it_says_of_peers_one_line_a_minute_is_told_and_no_stack_trace()
    {
        Assert.False(_filter.IsEnabled(Line(LogEventLevel.Error, Remoting)));
        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Warning, Remoting)));
        Assert.False(_filter.IsEnabled(Line(LogEventLevel.Warning, Remoting)));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Warning, Remoting)));
    }

    [Fact]
    public void That_a_member_cannot_be_reached_is_told_by_our_own_line_alone() =>
        Assert.False(_filter.IsEnabled(Line(LogEventLevel.Warning, "akka://cvp-actors/system/cluster/core/daemon", "Cluster Node [x] - Marking node(s) as UNREACHABLE [y]")));

    [Fact]
    public void Everything_else_is_told()
    {
        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Error, "akka://cvp-actors/user/agent-reporting/agent")));
        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Error, "akka://cvp-actors/user/agent-reporting/agent")));
        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Warning, "akka://cvp-actors/system/cluster/core/daemon", "the split-brain resolver took a decision")));
        Assert.True(_filter.IsEnabled(Line(LogEventLevel.Error, source: null)));
    }

    private static LogEvent Line(LogEventLevel level, string? source, string text = "Association with remote system has failed") => new(
        DateTimeOffset.UnixEpoch,
        level,
        exception: null,
        new MessageTemplateParser().Parse(text),
        source is null ? [] : [new LogEventProperty("ActorPath", new ScalarValue(source))]);
}
