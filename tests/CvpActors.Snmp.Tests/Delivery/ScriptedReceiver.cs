using System.Net;
using System.Net.Sockets;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Tests.Delivery;

/// <summary>A receiver over UDP that answers as a test says: for every datagram, the datagrams to send back.</summary>
internal sealed class ScriptedReceiver : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _received;

    public ScriptedReceiver(Func<byte[], int, IEnumerable<byte[]>> answer)
    {
        Address = $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";
        _loop = RunAsync(answer);
    }

    public string Address { get; }

    /// <summary>Datagrams received.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>The response to an inform over v2c.</summary>
    public static byte[] Acknowledge(byte[] inform, int errorStatus = 0, int requestIdOffset = 0, string? community = null)
    {
        var message = SnmpDecoder.DecodeCommunityMessage(inform);
        return SnmpEncoder.Encode(new CommunityMessage(
            community is null ? message.Community : Octets.Utf8(community),
            message.Pdu with { Type = PduType.Response, ErrorStatus = errorStatus, RequestId = message.Pdu.RequestId + requestIdOffset }));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<byte[], int, IEnumerable<byte[]>> answer)
    {
        while (true)
        {
            var datagram = await _socket.ReceiveAsync(_stop.Token);
            foreach (var reply in answer(datagram.Buffer, Interlocked.Increment(ref _received)))
            {
                await _socket.SendAsync(reply, datagram.RemoteEndPoint, _stop.Token);
            }
        }
    }
}
