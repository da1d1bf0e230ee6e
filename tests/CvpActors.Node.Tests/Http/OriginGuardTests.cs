using System.Net;
using CvpActors.Node.Http;
using CvpActors.Node.Settings;
using CvpActors.Node.Tests.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CvpActors.Node.Tests.Http;

/// <summary>Which requests reach the bridge, by the name that they call it and the page that they come from.</summary>
public sealed class OriginGuardTests
{
    private const string OwnAddress = "10.1.2.3";

    private const string OffLoopback = """
        cvp-actors.http {
          url = "http://0.0.0.0:9080"
          public-url = "http://site-a-1.example:9080"
          hosts = [ cvp.example, "2001:db8::5" ]
        }
        """;

    [Theory]
    [InlineData("evil.example", OwnAddress)]
    [InlineData("evil.example:9080", OwnAddress)]
    [InlineData("site-a-1.example.evil.example", OwnAddress)]
    [InlineData("10.9.9.9", OwnAddress)]
    [InlineData("0.0.0.0:9080", OwnAddress)]
    [InlineData("evil.example", "127.0.0.1")]
    [InlineData("evil.example", "::1")]
    public async Task A_name_that_was_pointed_at_the_node_does_not_pass(string host, string reached)
    {
        var (status, told) = await AskAsync(OffLoopback, host, reached);

        Assert.Equal(StatusCodes.Status403Forbidden, status);
        Assert.Contains("is not a name of this node; allowed here: ", told, StringComparison.Ordinal);
        Assert.Contains("cvp-actors.http.hosts", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site-a-1.example:9080", OwnAddress)]
    [InlineData("SITE-A-1.example.", OwnAddress)]
    [InlineData("cvp.example", OwnAddress)]
    [InlineData("[2001:db8::5]:9080", OwnAddress)]
    [InlineData("10.1.2.3:9080", OwnAddress)]
    [InlineData("10.1.2.3:9080", "::ffff:10.1.2.3")]
    [InlineData("localhost:9080", "127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]:9080", "::1")]
    [InlineData("cvp.example", "127.0.0.1")]
    [InlineData("", OwnAddress)]
    public async Task Its_own_names_and_those_that_were_configured_pass(string host, string reached) =>
        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(OffLoopback, host, reached)).Status);

    [Fact]
    public async Task The_machines_name_and_the_clusters_address_pass_without_being_configured()
    {
        const string cluster = """
            cvp-actors {
              http.url = "http://10.1.2.3:9080"
              cluster {
                name = "a"
                address = "127.0.0.1:4053"
                seeds = ["127.0.0.1:4053"]
                roles = [reporting]
              }
            }
            """;

        foreach (var host in new[] { Environment.MachineName, "127.0.0.1:9080", OwnAddress })
        {
            Assert.Equal(StatusCodes.Status200OK, (await AskAsync(cluster, host, "10.1.2.4")).Status);
        }
    }

    [Fact]
    public async Task A_star_lets_every_name_pass_and_still_no_page_of_another_origin()
    {
        const string any = "cvp-actors.http.hosts = [ \"*\" ]";

        Assert.Equal(StatusCodes.Status200OK, (await AskAsync(any, "anything.example", OwnAddress)).Status);
        Assert.Equal(StatusCodes.Status403Forbidden, (await AskAsync(any, "anything.example", OwnAddress, origin: "http://evil.example")).Status);
    }

    [Fact]
    public void A_host_with_a_port_is_refused_by_its_key() =>
        Assert.Equal("cvp-actors.http.hosts: \"cvp.example:9080\" is not a host; allowed: names and addresses without a port, such as cvp.example, or \"*\" for any",
            Sample.ErrorOf("cvp-actors.http.hosts = [ \"cvp.example:9080\" ]"));

    private static async Task<(int Status, string Body)> AskAsync(string hocon, string host, string reached, string? origin = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddProblemDetails();
        var context = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        context.Connection.LocalIpAddress = IPAddress.Parse(reached);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Request.Headers.Origin = origin;
        using var body = new MemoryStream();
        context.Response.Body = body;
        await new OriginGuard(HostNames.Of(Sample.Read(hocon))).Refuse(context, _ => Task.CompletedTask);
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
