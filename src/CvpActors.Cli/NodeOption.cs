using System.CommandLine;

namespace CvpActors.Cli;

/// <summary>The option that says which node is asked; every verb has it.</summary>
internal static class NodeOption
{
    private const string Variable = "CVPCTL_URL";
    private const string Loopback = "http://127.0.0.1:9080";

    public static Option<Uri> Create() => new("--url")
    {
        Description = $"The node's HTTP bridge. Without it: the environment variable {Variable}, or {Loopback}.",
        DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? url : Loopback),
    };
}
