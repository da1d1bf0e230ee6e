using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Security;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Snmp.Tests.Security;

public sealed class SnmpEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cvp-engine-").FullName;
    private readonly FakeTimeProvider _time = new();

    private string StateFile => Path.Combine(_folder, "engine.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_start_counts_one_more_boot_under_the_same_id()
    {
        var first = SnmpEngine.Start(new EngineStateFile(StateFile), _time);
        var second = SnmpEngine.Start(new EngineStateFile(StateFile), _time);

        Assert.Equal(first.EngineId, second.EngineId);
        Assert.Equal((1, 2), (first.Boots, second.Boots));
    }

    [Fact]
    public void A_made_up_engine_id_is_well_formed_and_its_own()
    {
        var one = SnmpEngine.Start(new StateInMemory(), _time).EngineId;
        var other = SnmpEngine.Start(new StateInMemory(), _time).EngineId;

        Assert.NotEqual(one, other);
        Assert.Equal(17, one.Length);
        Assert.Equal("80001f8805", one.ToHex()[..10]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"engineId":"xyz","boots":1}""")]
    [InlineData("""{"engineId":"80001f88","boots":1}""")]
    [InlineData("""{"engineId":"80001f880501","boots":0}""")]
    [InlineData("""{"engineId":"80001f880501","boots":"1"}""")]
    [InlineData("""{"engineId":1,"boots":1}""")]
    public void A_damaged_file_is_named_and_left_as_it_is(string content)
    {
        File.WriteAllText(StateFile, content);

        var problem = Assert.Throws<InvalidDataException>(() => SnmpEngine.Start(new EngineStateFile(StateFile), _time));

        Assert.Contains(StateFile, problem.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(StateFile));
    }

    [Fact]
    public void Boots_at_their_end_go_on_under_a_new_id()
    {
        var store = new StateInMemory { State = new EngineState(Octets.FromHex("8000000001"), int.MaxValue - 1) };

        var engine = SnmpEngine.Start(store, _time);

        Assert.Equal(1, engine.Boots);
        Assert.NotEqual(Octets.FromHex("8000000001"), engine.EngineId);
    }

    [Fact]
    public void Uptime_is_counted_in_hundredths_and_the_engine_s_time_in_seconds()
    {
        var engine = SnmpEngine.Start(new StateInMemory(), _time);
        _time.Advance(TimeSpan.FromMilliseconds(12_345));

        Assert.Equal((1234u, 12), (engine.UptimeHundredths, engine.Clock.Time));
    }
}
