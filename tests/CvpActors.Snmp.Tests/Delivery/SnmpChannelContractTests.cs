using CvpActors.Domain.Alerts;
using CvpActors.Testing.Contracts;

namespace CvpActors.Snmp.Tests.Delivery;

public sealed class TrapContractTests : AlertChannelContract
{
    // A trap is delivered when it is sent: nobody has to listen.
    protected override IAlertChannel Reachable { get; } = Samples.Channel(Samples.V2c("127.0.0.1:9", "trap"));

    protected override IAlertChannel? Unreachable => null;
}

public sealed class InformContractTests : AlertChannelContract, IAsyncLifetime
{
    private readonly ScriptedReceiver _receiver = new((inform, _) => [ScriptedReceiver.Acknowledge(inform)]);
    private readonly ScriptedReceiver _silent = new((_, _) => []);

    protected override IAlertChannel Reachable => Samples.Channel(Samples.V2c(_receiver.Address, "inform"));

    protected override IAlertChannel? Unreachable =>
        Samples.Channel(Samples.V2c(_silent.Address, "inform") with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _silent.DisposeAsync();
    }
}
