using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Notifications;
using CvpActors.Snmp.Security;

namespace CvpActors.Snmp.Delivery;

/// <summary>
/// Alerts to one SNMP receiver, which may have several addresses. An inform is delivered when the receiver has acknowledged it; a trap when it was handed
/// to the socket, since nothing more can be known of it.
/// </summary>
public sealed class SnmpAlertChannel : IAlertChannel, ISpeaksForCluster
{
    // Discovery, a first clock, and one receiver that restarts in between; more is a loop and not progress.
    private const int MaximumResends = 4;
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(10);

    private readonly ReceiverPlan _plan;
    private readonly SnmpEngine _engine;
    private volatile NotificationSource _source;
    private readonly TimeProvider _time;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private readonly ConcurrentDictionary<IPAddress, EngineMemory> _memories = new();

    /// <summary>A channel to a receiver.</summary>
    /// <param name="receiver">Its settings.</param>
    /// <param name="engine">This process as an SNMP engine; shared by all channels.</param>
    /// <param name="source">Who speaks.</param>
    /// <param name="time">The clock for timeouts and time windows.</param>
    /// <exception cref="ArgumentException">The settings are not valid; the message lists every problem.</exception>
    public SnmpAlertChannel(SnmpReceiver receiver, SnmpEngine engine, NotificationSource source, TimeProvider time)
        : this(receiver, engine, source, time, Dns.GetHostAddressesAsync)
    {
    }

    internal SnmpAlertChannel(
        SnmpReceiver receiver, SnmpEngine engine, NotificationSource source, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        _plan = receiver.ToPlan();
        _engine = engine ?? throw new ArgumentNullException(nameof(engine));
        _source = source ?? throw new ArgumentNullException(nameof(source));
        _time = time ?? throw new ArgumentNullException(nameof(time));
        _resolve = resolve;
        Receiver = "snmp:" + receiver.Address;
    }

    /// <inheritdoc/>
    public string Receiver { get; }

    /// <inheritdoc/>
    /// <exception cref="FormatException">The engine id is not one.</exception>
    public void SpeakAs(AlertSender sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        _engine.Become(new EngineState(Octets.FromHex(sender.EngineId), sender.Boots));
        _source = _source with { Host = sender.Name };
    }

    /// <inheritdoc/>
    public async Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(notification);
        var content = SnmpNotification.Of(notification, _source, _plan.Profile, _plan.BaseOid);
        var pdu = content.ToPdu(
            _plan.IsInform ? PduType.Inform : PduType.Trap,
            RandomNumberGenerator.GetInt32(1, int.MaxValue),
            _engine.UptimeHundredths);
        var addresses = await ResolveAsync(cancellation);
        var failures = new List<AlertDeliveryException>();
        foreach (var address in addresses)
        {
            try
            {
                await DeliverAsync(address, pdu, cancellation);
                if (_plan.IsInform)
                {
                    return;
                }
            }
            catch (AlertDeliveryException failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count == addresses.Length)
        {
            throw failures.Count == 1 ? failures[0] : Failure(string.Join("; ", addresses.Zip(failures, (address, failure) => $"at {address} {Bare(failure)}")), failures[0]);
        }
    }

    /// <summary>An inform goes to one address after the other until one acknowledges it; a trap, of which nothing more is known, to each.</summary>
    private async Task DeliverAsync(IPAddress address, Pdu pdu, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

            // Connected, so that the system drops what does not come from the receiver.
            await socket.ConnectAsync(new IPEndPoint(address, _plan.Address.Port), cancellation);
            if (_plan.IsInform)
            {
                await InformAsync(socket, Dialogue(pdu, _memories.GetOrAdd(address, _ => new EngineMemory())), cancellation);
            }
            else
            {
                await socket.SendAsync(Trap(pdu), cancellation);
            }
        }
        catch (SocketException problem)
        {
            throw Failure($"cannot be sent to ({problem.Message})", problem);
        }
    }

    private string Bare(AlertDeliveryException failure) => failure.Message.Replace($"{Receiver}: ", "", StringComparison.Ordinal);

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(ResolveTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            var addresses = await _resolve(_plan.Address.Host, either.Token);
            return addresses.Length > 0 ? [.. addresses.Distinct()] : throw Unresolved("no addresses");
        }
        catch (SocketException problem)
        {
            throw Unresolved(problem.Message, problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw Unresolved($"no answer from the name service within {ResolveTimeout.TotalSeconds:0} s", problem);
        }
    }

    private AlertDeliveryException Unresolved(string why, Exception? cause = null) =>
        Failure($"the address {_plan.Address.Host} does not resolve ({why}): check the name, or the name service of this machine", cause);

    private byte[] Trap(Pdu pdu) => _plan.User is { } user
        ? UsmProtection.Seal(
            RandomNumberGenerator.GetInt32(1, int.MaxValue),
            reportable: false,
            new ScopedPdu(_engine.EngineId, Octets.Empty, pdu),
            user.At(_engine.EngineId),
            _engine.Clock)
        : SnmpEncoder.Encode(new CommunityMessage(Community, pdu));

    private IInformDialogue Dialogue(Pdu pdu, EngineMemory memory) => _plan.User is { } user
        ? new UserInform(user, pdu, _engine, memory, _time)
        : new CommunityInform(Community, pdu);

    private Octets Community => new(_plan.Community.Reveal());

    private async Task InformAsync(Socket socket, IInformDialogue dialogue, CancellationToken cancellation)
    {
        var buffer = new byte[SnmpMessageSize.Maximum];
        var resends = 0;
        var lastProblem = "it did not answer";
        for (var sent = 0; sent <= _plan.Retries;)
        {
            // Before the clock starts: the first message to an engine costs the derivation of its keys.
            var message = dialogue.Next();
            using var bound = new CancellationTokenSource(_plan.Timeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
            try
            {
                await socket.SendAsync(message, either.Token);
                var answer = await AnswerAsync(socket, dialogue, buffer, either.Token);
                if (answer.Kind == AnswerKind.Acknowledged)
                {
                    return;
                }

                if (answer.Kind == AnswerKind.Refused)
                {
                    throw Failure(answer.Reason);
                }

                if (++resends > MaximumResends)
                {
                    throw Failure($"its SNMP engine changed {resends} times during one inform: check that one receiver answers at this address");
                }
            }
            catch (SocketException problem) when (problem.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The receiver's machine says that nobody listens. It may be starting, so the rest of this try's time is waited out.
                lastProblem = "nothing listens at its port";
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellation.ThrowIfCancellationRequested();
                sent++;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                sent++;
            }
        }

        throw Failure(
            $"no acknowledgement after {_plan.Retries + 1} tries of {_plan.Timeout.TotalSeconds:0.###} s: {lastProblem}; "
            + (_plan.User is null
                ? "check that it runs and accepts this community"
                : "check that it runs, and the privacy passphrase: some receivers are silent when they cannot decrypt"));
    }

    private static async Task<Answer> AnswerAsync(Socket socket, IInformDialogue dialogue, byte[] buffer, CancellationToken cancellation)
    {
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellation);
            try
            {
                var answer = dialogue.Read(buffer.AsMemory(0, length));
                if (answer.Kind != AnswerKind.Unmatched)
                {
                    return answer;
                }
            }
            catch (SnmpFormatException)
            {
                // Not SNMP, or not signed by whom it should be: as if nothing had come.
            }
        }
    }

    private AlertDeliveryException Failure(string what, Exception? cause = null) => new($"{Receiver}: {what}", cause);
}
