using CsCheck;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.PassPersist;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Snmp.Tests.PassPersist;

public sealed class PassPersistSessionTests
{
    private const string Root = ".1.3.6.1.4.1.8072.9999.9999";

    // The ASCII of "archive", which sorts before "reporting".
    private const string Archive = "97.114.99.104.105.118.101";

    private readonly FakeTimeProvider _time = new();
    private int _reads;

    [Fact]
    public async Task A_ping_is_answered_with_a_pong() => Assert.Equal("PONG\n", await AskAsync("PING"));

    [Fact]
    public async Task Scalars_are_read_at_instance_0()
    {
        Assert.Equal($"{Root}.1.1.1.0\nstring\nnode-a:4053\n", await AskAsync("get", $"{Root}.1.1.1.0"));
        Assert.Equal($"{Root}.1.1.2.0\nunsigned\n7\n", await AskAsync("get", $"{Root}.1.1.2.0"));
        Assert.Equal("NONE\n", await AskAsync("get", $"{Root}.1.1.1"));
        Assert.Equal("NONE\n", await AskAsync("get", $"{Root}.1.1.9.0"));
    }

    [Fact]
    public async Task A_database_is_found_by_its_name()
    {
        Assert.Equal($"{Root}.1.2.1.1.2.{Archive}\nstring\narchive\n", await AskAsync("get", $"{Root}.1.2.1.1.2.{Archive}"));
        Assert.Equal($"{Root}.1.2.1.1.9.{Archive}\ninteger\n2\n", await AskAsync("get", $"{Root}.1.2.1.1.9.{Archive}"));
    }

    [Fact]
    public async Task What_never_happened_has_the_greatest_age_and_an_empty_date()
    {
        Assert.Equal($"{Root}.1.2.1.1.5.{Archive}\noctet\n00 00 00 00 00 00 00 00\n", await AskAsync("get", $"{Root}.1.2.1.1.5.{Archive}"));
        Assert.Equal($"{Root}.1.2.1.1.6.{Archive}\ngauge\n4294967295\n", await AskAsync("get", $"{Root}.1.2.1.1.6.{Archive}"));
    }

    [Fact]
    public async Task A_walk_meets_every_instance_once_and_in_order()
    {
        var names = new List<ObjectIdentifier>();
        for (var next = Root; next != "NONE"; next = (await AskAsync("getnext", next)).Split('\n')[0])
        {
            names.Add(ObjectIdentifier.Parse(next));
        }

        Assert.Equal(1 + 4 + (2 * 15), names.Count);
        Assert.Equal(names.Order(), names);
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task Nothing_can_be_written() =>
        Assert.Equal("not-writable\nPONG\n", await AskAsync("set", $"{Root}.1.1.1.0", "string x", "PING"));

    [Theory]
    [InlineData("get", "no identifier")]
    [InlineData("get", "")]
    [InlineData("getnext", ".1.3.6.1.4.1.8072.9999.9999.9")]
    [InlineData("getnext", ".9.9.9")]
    public async Task What_is_not_there_is_answered_with_NONE(string command, string name) =>
        Assert.Equal("NONE\nPONG\n", await AskAsync(command, name, "PING"));

    [Fact]
    public async Task An_unexpected_line_is_answered_and_the_session_goes_on() =>
        Assert.Equal("NONE\nNONE\nPONG\n", await AskAsync("HELLO", "\u0000\u0001", "", "PING"));

    [Fact]
    public async Task A_command_that_ends_with_the_input_is_no_failure() => Assert.Equal("NONE\n", await AskAsync("get"));

    [Fact]
    public async Task Any_lines_leave_the_session_alive() =>
        await Gen.OneOf(Gen.String[0, 20], Gen.Const("get"), Gen.Const("getnext"), Gen.Const("set"), Gen.Const($"{Root}.1.1.1.0"))
            .Select(line => line.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal))
            .Array[0, 20]
            .SampleAsync(async lines => Assert.EndsWith("PONG\n", await AskAsync([.. lines, "", "", "", "PING", "PING", "PING"]), StringComparison.Ordinal));

    [Fact]
    public async Task A_snapshot_is_served_for_5_seconds_and_then_read_again()
    {
        var session = Session();
        await AskAsync(session, "get", $"{Root}.1.1.1.0", "getnext", Root);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        await AskAsync(session, "getnext", Root);
        Assert.Equal(1, _reads);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        await AskAsync(session, "getnext", Root);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_answered_with_NONE_until_it_can()
    {
        var broken = true;
        var session = new PassPersistSession(
            _ => broken ? throw new HttpRequestException("connection refused") : Task.FromResult(FixedState.Snapshot), _time);

        Assert.Equal("NONE\n", await AskAsync(session, "getnext", Root));

        broken = false;
        _time.Advance(PassPersistSession.SnapshotLifetime);
        Assert.StartsWith($"{Root}.1.1.1.0\n", await AskAsync(session, "getnext", Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_stays_on_its_line()
    {
        var session = new PassPersistSession(
            _ => Task.FromResult(FixedState.Snapshot with { CoordinatorNode = "a\nb\r\u001b[1mc" }), _time);

        Assert.Equal($"{Root}.1.1.1.0\nstring\na b  [1mc\n", await AskAsync(session, "get", $"{Root}.1.1.1.0"));
    }

    [Fact]
    public async Task The_root_can_be_moved()
    {
        var session = new PassPersistSession(_ => Task.FromResult(FixedState.Snapshot), _time, ObjectIdentifier.Parse("1.3.6.1.4.1.55555.7"));

        Assert.StartsWith(".1.3.6.1.4.1.55555.7.1.1.1.0\n", await AskAsync(session, "getnext", ".1.3.6.1.4.1.55555"), StringComparison.Ordinal);
    }

    private PassPersistSession Session() => new(
        _ =>
        {
            _reads++;
            return Task.FromResult(FixedState.Snapshot);
        },
        _time);

    private Task<string> AskAsync(params string[] lines) => AskAsync(Session(), lines);

    private static async Task<string> AskAsync(PassPersistSession session, params string[] lines)
    {
        var output = new StringWriter();
        await session.RunAsync(new StringReader(string.Join('\n', lines)), output, CancellationToken.None);
        return output.ToString();
    }
}
