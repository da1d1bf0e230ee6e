using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CvpActors.Cli.Tests;

/// <summary><c>cvpctl ship</c> before a node that answers as the test says.</summary>
public sealed class ShipCommandTests
{
    [Fact]
    public async Task It_says_for_each_remote_what_becomes_of_the_shipment()
    {
        var (code, output, _, request) = await RunAsync(
            "hq", "202 Accepted", """{"shipments":[{"remote":"dr","generation":8,"outcome":"due"},{"remote":"hq","generation":7,"outcome":"again"}]}""");

        Assert.Equal(0, code);
        Assert.Equal($"dr: generation 8 is due now{Environment.NewLine}hq: generation 7 is there already and is verified once more{Environment.NewLine}", output);
        Assert.StartsWith("POST /api/v1/databases/reporting/shipments ", request, StringComparison.Ordinal);
        Assert.EndsWith("""{"remote":"hq"}""", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_remote_all_are_meant()
    {
        var (_, _, _, request) = await RunAsync(null, "202 Accepted", """{"shipments":[]}""");

        Assert.EndsWith("{}", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_nodes_own_words()
    {
        var (code, output, errors, _) = await RunAsync("paris", "404 Not Found", """{"type":"not-found","detail":"allowed: hq, dr"}""");

        Assert.Equal((1, "", $"cvpctl: allowed: hq, dr{Environment.NewLine}"), (code, output, errors));
    }

    private static async Task<(int Code, string Output, string Errors, string Request)> RunAsync(string? remote, string status, string body)
    {
        using var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        var answered = AnswerOnceAsync(node, status, body);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await ShipCommand.RunAsync(new Uri($"http://{node.LocalEndpoint}"), "reporting", remote, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString(), await answered);
    }

    private static async Task<string> AnswerOnceAsync(TcpListener node, string status, string body)
    {
        using var client = await node.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        var request = new StringBuilder();

        // All bodies here end in a brace, and nothing before them does.
        while (!request.ToString().EndsWith('}') && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            request.Append(Encoding.UTF8.GetString(buffer, 0, read));
            request.Replace("\r\n0\r\n\r\n", "");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
        return request.ToString();
    }
}
