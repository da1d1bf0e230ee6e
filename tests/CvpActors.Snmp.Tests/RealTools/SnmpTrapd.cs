using System.Globalization;
using System.Text.RegularExpressions;

namespace CvpActors.Snmp.Tests.RealTools;

/// <summary>One notification as snmptrapd printed it.</summary>
/// <param name="Kind">Such as <c>TRAP2, SNMP v3, user alice, context </c>.</param>
/// <param name="Variables">Object identifier without leading dot, and value: text decoded, numbers as printed, other octets in hexadecimal.</param>
internal sealed record ReceivedNotification(string Kind, IReadOnlyList<(string Oid, string Type, string Value)> Variables);

/// <summary>A real snmptrapd with users and a folder of its own; it can be stopped and started again in the same folder.</summary>
internal sealed partial class SnmpTrapd : IAsyncDisposable
{
    private Daemon? _daemon;

    private SnmpTrapd(string folder, int port) => (Folder, Port) = (folder, port);

    public string Folder { get; }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts one with the given lines of snmptrapd.conf.</summary>
    public static async Task<SnmpTrapd> StartAsync(params string[] configuration)
    {
        var folder = Directory.CreateTempSubdirectory("cvp-trapd-").FullName;
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "snmptrapd.conf"), [.. configuration, @"format2 BEGIN %P\n%V\n%v\nEND\n"]);
        var trapd = new SnmpTrapd(folder, Tool.FreePort());
        await trapd.StartAsync();
        return trapd;
    }

    public async Task StartAsync() => _daemon = await Daemon.StartAsync(
        "snmptrapd", Folder, Port, "-f", "-n", "-A", "-Lf", Path.Combine(Folder, "log"), "-O", "net", $"udp:127.0.0.1:{Port}");

    public async Task StopAsync()
    {
        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }

        _daemon = null;
    }

    /// <summary>Everything received so far.</summary>
    public IReadOnlyList<ReceivedNotification> Received()
    {
        var log = Log();
        var blocks = BlockPattern().Matches(log);
        return [.. blocks.Select(block => new ReceivedNotification(block.Groups[1].Value, Variables(block.Groups[2].Value)))];
    }

    /// <summary>Waits for so many notifications, and takes care that there is not one more.</summary>
    public async Task<IReadOnlyList<ReceivedNotification>> ReceivedAsync(int count)
    {
        var received = await Tool.EventuallyAsync(
            () => Received() is { } all && all.Count >= count ? all : null, () => $"{count} notifications in snmptrapd's log:\n{Log()}");
        Assert.Equal(count, received.Count);
        return received;
    }

    public string Log()
    {
        var path = Path.Combine(Folder, "log");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static List<(string Oid, string Type, string Value)> Variables(string block)
    {
        var variables = new List<(string, string, string)>();
        foreach (Match line in VariablePattern().Matches(block))
        {
            var (oid, value) = (line.Groups[1].Value, line.Groups[2].Value);
            var colon = value.IndexOf(": ", StringComparison.Ordinal);
            var type = value.StartsWith('"') || colon < 0 ? "" : value[..colon];
            var rest = type.Length == 0 ? value : value[(colon + 2)..];
            variables.Add((oid, type, Value(type, rest)));
        }

        return variables;
    }

    // Octets that are not ASCII come in hexadecimal, text among them.
    private static string Value(string type, string printed) => type switch
    {
        "Hex-STRING" => string.Concat(printed.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)),
        _ when printed.StartsWith('"') => printed[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal),
        _ => printed,
    };

    /// <summary>Text out of a value that was printed as text or, for it is not ASCII, in hexadecimal.</summary>
    public static string Text((string Oid, string Type, string Value) variable) => variable.Type == "Hex-STRING"
        ? System.Text.Encoding.UTF8.GetString(Convert.FromHexString(variable.Value))
        : variable.Value;

    /// <summary>A number out of a value that was printed with or without its type.</summary>
    public static long Number((string Oid, string Type, string Value) variable) =>
        long.Parse(variable.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^BEGIN (.*)\n((?:.|\n)*?)^END$", RegexOptions.Multiline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^\.([0-9.]+) = ((?:.|\n(?!\.1\.))*?)\n(?=\.1\.|\z)", RegexOptions.Multiline)]
    private static partial Regex VariablePattern();
}
