using System.Collections.Immutable;
using System.Net;
using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Delivery;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Security;
using CvpActors.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Snmp.Tests.Delivery;

public sealed class SnmpAlertChannelTests
{
    private static readonly Octets ReceiverEngine = Octets.FromHex("80001f880501020304");

    [Fact]
    public async Task Malformed_and_foreign_answers_are_ignored_until_the_right_one_comes()
    {
        await using var receiver = new ScriptedReceiver((inform, _) => [.. NoAcknowledgements(inform), ScriptedReceiver.Acknowledge(inform)]);
        var channel = Samples.Channel(Samples.V2c(receiver.Address, "inform"));

        await channel.DeliverAsync(Samples.BackupFailed, default);

        // None of them was a reason to send again.
        Assert.Equal(1, receiver.Received);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_malformed_or_foreign_answer_acknowledges_nothing(int which)
    {
        await using var receiver = new ScriptedReceiver((inform, _) => [NoAcknowledgements(inform)[which]]);
        var channel = Samples.Channel(Samples.V2c(receiver.Address, "inform") with { Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 });

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("no acknowledgement", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, receiver.Received);
    }

    [Fact]
    public async Task An_inform_is_sent_again_until_it_is_acknowledged()
    {
        await using var receiver = new ScriptedReceiver((inform, count) => count < 3 ? [] : [ScriptedReceiver.Acknowledge(inform)]);
        var channel = Samples.Channel(Samples.V2c(receiver.Address, "inform") with { Timeout = TimeSpan.FromMilliseconds(100) });

        await channel.DeliverAsync(Samples.BackupFailed, default);

        Assert.Equal(3, receiver.Received);
    }

    [Fact]
    public async Task An_inform_goes_to_the_next_address_of_its_receiver_when_one_does_not_answer()
    {
        await using var receiver = new ScriptedReceiver((inform, _) => [ScriptedReceiver.Acknowledge(inform)]);
        var channel = Named(receiver, "inform", IPAddress.Parse("127.0.0.99"), IPAddress.Loopback);

        await channel.DeliverAsync(Samples.BackupFailed, default);

        Assert.Equal(1, receiver.Received);
    }

    [Fact]
    public async Task A_trap_goes_to_every_address_of_its_receiver_and_one_that_cannot_be_sent_to_hides_no_other()
    {
        await using var receiver = new ScriptedReceiver((_, _) => []);

        // To the broadcast address nothing may be sent without asking for it.
        var channel = Named(receiver, "trap", IPAddress.Broadcast, IPAddress.Loopback);

        await channel.DeliverAsync(Samples.BackupFailed, default);

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => Named(receiver, "trap", IPAddress.Broadcast).DeliverAsync(Samples.BackupFailed, default));
        Assert.Contains("cannot be sent to", failure.Message, StringComparison.Ordinal);
        await Poll.UntilAsync(() => receiver.Received == 1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task When_no_address_of_a_receiver_works_each_is_named_with_what_it_said()
    {
        await using var receiver = new ScriptedReceiver((_, _) => []);
        var channel = Named(receiver, "inform", IPAddress.Parse("127.0.0.98"), IPAddress.Parse("127.0.0.99"));

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("at 127.0.0.98 no acknowledgement", failure.Message, StringComparison.Ordinal);
        Assert.Contains("at 127.0.0.99 no acknowledgement", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inform_that_nobody_acknowledges_fails_after_its_retries()
    {
        await using var receiver = new ScriptedReceiver((_, _) => []);
        var channel = Samples.Channel(Samples.V2c(receiver.Address, "inform") with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 3 });

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("no acknowledgement after 4 tries of 0.1 s: it did not answer", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, receiver.Received);
    }

    [Fact]
    public async Task A_response_with_an_error_is_a_failure_that_names_it()
    {
        await using var receiver = new ScriptedReceiver((inform, _) => [ScriptedReceiver.Acknowledge(inform, errorStatus: 16)]);

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(
            () => Samples.Channel(Samples.V2c(receiver.Address, "inform")).DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("error-status 16", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_does_not_resolve_is_a_failure_to_be_tried_again()
    {
        var channel = Samples.Channel(Samples.V2c("no-such-host.invalid:162", "trap"));

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Samples.BackupFailed, default));

        Assert.Equal("snmp:no-such-host.invalid:162", channel.Receiver);
        Assert.Contains("the address no-such-host.invalid does not resolve", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_delivery_ends_as_cancelled_and_not_as_failed()
    {
        using var cancellation = new CancellationTokenSource();
        await using var receiver = new ScriptedReceiver((_, _) =>
        {
            cancellation.Cancel();
            return [];
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Samples.Channel(Samples.V2c(receiver.Address, "inform")).DeliverAsync(Samples.BackupFailed, cancellation.Token));
    }

    [Fact]
    public async Task An_unsigned_response_does_not_acknowledge_a_signed_inform()
    {
        await using var receiver = new ScriptedReceiver((bytes, _) =>
        {
            var message = SnmpDecoder.DecodeUserMessage(bytes);
            return [message.Security.EngineId.Length == 0 ? Report(message, UsmStatistics.UnknownEngineIds) : Unsigned(message)];
        });
        var channel = Samples.Channel(Samples.V3(receiver.Address, "inform", "alice", "authNoPriv") with
        {
            Timeout = TimeSpan.FromSeconds(1),
            Retries = 0,
        });

        var failed = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("no acknowledgement", failed.Message, StringComparison.Ordinal);

        // The probe, which got its report, and the signed inform, which got no more than an unsigned answer.
        Assert.Equal(2, receiver.Received);
    }

    [Fact]
    public async Task A_receiver_that_keeps_changing_its_engine_is_given_up()
    {
        await using var receiver = new ScriptedReceiver(
            (bytes, _) => [Report(SnmpDecoder.DecodeUserMessage(bytes), UsmStatistics.UnknownEngineIds)]);

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => Samples
            .Channel(Samples.V3(receiver.Address, "inform", "alice", "noAuthNoPriv"))
            .DeliverAsync(Samples.BackupFailed, default));

        Assert.Contains("its SNMP engine changed", failure.Message, StringComparison.Ordinal);
        Assert.InRange(receiver.Received, 2, 10);
    }

    [Fact]
    public void The_receiver_s_clock_is_carried_forward_and_never_goes_back()
    {
        var time = new FakeTimeProvider();
        var engine = new RemoteEngine(ReceiverEngine, 3, 1000, time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(1020, engine.Now(time).Time);
        Assert.Same(engine, engine.Heard(3, 1010, time));
        Assert.Same(engine, engine.Heard(2, 5000, time));
        Assert.Equal(1030, engine.Heard(3, 1030, time).Now(time).Time);
        Assert.Equal((4, 7), (engine.Heard(4, 7, time).Boots, engine.Heard(4, 7, time).Time));
    }

    [Theory]
    [InlineData(3, 1000, true)]
    [InlineData(3, 850, true)]
    [InlineData(3, 849, false)]
    [InlineData(2, 5000, false)]
    [InlineData(4, 0, true)]
    [InlineData(int.MaxValue, 0, false)]
    public void An_answer_outside_the_time_window_is_a_replay(int boots, int seconds, bool accepted)
    {
        var time = new FakeTimeProvider();
        Assert.Equal(accepted, new RemoteEngine(ReceiverEngine, 3, 1000, time.GetTimestamp()).Accepts(boots, seconds, time));
    }

    /// <summary>Three answers that are not SNMP, and three that are and belong to another inform, another community, and nobody.</summary>
    private static byte[][] NoAcknowledgements(byte[] inform) =>
    [
        [],
        [0x30, 0xff, 0x01],
        inform[..20],
        ScriptedReceiver.Acknowledge(inform, requestIdOffset: 1),
        ScriptedReceiver.Acknowledge(inform, community: "other"),
        inform,
    ];

    private static byte[] Report(UserMessage message, ObjectIdentifier counter) => Answer(
        message,
        new Pdu(PduType.Report, 0, 0, 0, ImmutableArray.Create(new VariableBinding(counter, new SnmpValue.Counter32(1)))));

    private static byte[] Unsigned(UserMessage message) => Answer(message, message.Plain!.Pdu with { Type = PduType.Response });

    private static byte[] Answer(UserMessage message, Pdu pdu) => SnmpEncoder.Encode(new UserMessage(
        message.MessageId,
        65507,
        MessageFlags.None,
        new UsmParameters(ReceiverEngine, 1, 1, message.Security.UserName, Octets.Empty, Octets.Empty),
        new ScopedPdu(ReceiverEngine, Octets.Empty, pdu),
        Octets.Empty));

    /// <summary>A channel to a name that has these addresses.</summary>
    private static SnmpAlertChannel Named(ScriptedReceiver receiver, string kind, params IPAddress[] addresses) => new(
        Samples.V2c($"nms.example:{receiver.Address.Split(':')[1]}", kind) with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 0 },
        Samples.Engine(), Samples.Source, TimeProvider.System, (_, _) => Task.FromResult(addresses));
}
