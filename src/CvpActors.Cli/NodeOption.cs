using System.CommandLine;
using System.CommandLine.Parsing;

namespace CvpActors.Cli;

/// <summary>The option that says which node is asked; every verb has it.</summary>
internal static class NodeOption
{
    private const string Variable = "CVPCTL_URL";
    private const string Loopback = "http://127.0.0.1:9080";

    public static Option<Uri> Create() => new("--url")
    {
        Description = $"The node's HTTP bridge. Without it: the environment variable {Variable}, or {Loopback}.",
        DefaultValueFactory = result => Read(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? url : Loopback, Variable, result)!,
        CustomParser = result => Read(result.Tokens[0].Value, "--url", result),
    };

    private static Uri? Read(string text, string origin, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
        {
            return url;
        }

        result.AddError($"{origin}: \"{text}\" is not the address of a node; allowed: http://HOST:PORT");
        return null;
    }
}
