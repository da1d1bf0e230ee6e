using CvpActors.Snmp.Encoding;
using CvpActors.Snmp.Notifications;

namespace CvpActors.Snmp.PassPersist;

/// <summary>
/// The far end of a <c>pass_persist</c> line of net-snmp's snmpd (snmpd.conf(5)): snmpd writes a command and its arguments,
/// a line each, and waits for the answer, so every command gets one at once, whatever it is.
/// </summary>
public sealed class PassPersistSession
{
    private const string None = "NONE";

    /// <summary>How long a snapshot is served before it is read again; a walk over a table sees one moment.</summary>
    public static readonly TimeSpan SnapshotLifetime = TimeSpan.FromSeconds(5);

    private readonly Func<CancellationToken, Task<MibSnapshot>> _read;
    private readonly TimeProvider _time;
    private readonly ObjectIdentifier _root;
    private MibTree? _tree;
    private long _readAt;

    /// <summary>A session over a source of snapshots.</summary>
    /// <param name="read">Reads the state. When it fails, everything is answered with <c>NONE</c> until the next read.</param>
    /// <param name="time">The clock for the snapshot's lifetime.</param>
    /// <param name="baseOid">Where CVPACTORS-MIB is rooted, as in snmpd's configuration; null for the module's own root.</param>
    public PassPersistSession(Func<CancellationToken, Task<MibSnapshot>> read, TimeProvider time, ObjectIdentifier? baseOid = null)
    {
        _read = read ?? throw new ArgumentNullException(nameof(read));
        _time = time ?? throw new ArgumentNullException(nameof(time));
        _root = baseOid ?? ObjectIdentifier.Parse(CvpActorsNotification.DefaultBase);
    }

    /// <summary>Answers until the input ends, which is how snmpd says goodbye.</summary>
    /// <exception cref="IOException">The output cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task RunAsync(TextReader input, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        while (await input.ReadLineAsync(cancellation) is { } line)
        {
            switch (line.Trim().ToUpperInvariant())
            {
                case "":
                    continue;
                case "PING":
                    await AnswerAsync(output, "PONG");
                    break;
                case "GET":
                    await AnswerAsync(output, await input.ReadLineAsync(cancellation), (tree, name) => tree.Get(name), cancellation);
                    break;
                case "GETNEXT":
                    await AnswerAsync(output, await input.ReadLineAsync(cancellation), (tree, name) => tree.Next(name), cancellation);
                    break;
                case "SET":
                    await input.ReadLineAsync(cancellation);
                    await input.ReadLineAsync(cancellation);
                    await AnswerAsync(output, "not-writable");
                    break;
                default:
                    // Silence would block snmpd, and with it everything else that it serves.
                    await AnswerAsync(output, None);
                    break;
            }
        }
    }

    private async Task AnswerAsync(
        TextWriter output, string? name, Func<MibTree, ObjectIdentifier, MibInstance?> find, CancellationToken cancellation)
    {
        var found = ObjectIdentifier.TryParse(name?.Trim(), out var oid) ? find(await TreeAsync(cancellation), oid) : null;
        await AnswerAsync(output, found is null ? None : $".{found.Name}\n{found.Type}\n{found.Value}");
    }

    private static async Task AnswerAsync(TextWriter output, string answer)
    {
        await output.WriteAsync(answer + "\n");
        await output.FlushAsync();
    }

    private async Task<MibTree> TreeAsync(CancellationToken cancellation)
    {
        if (_tree is { } tree && _time.GetElapsedTime(_readAt) < SnapshotLifetime)
        {
            return tree;
        }

        try
        {
            _tree = MibTree.Of(await _read(cancellation), _root);
        }
#pragma warning disable CA1031 // Whatever the source throws, snmpd must get its answer.
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _tree = MibTree.Empty;
        }

        _readAt = _time.GetTimestamp();
        return _tree;
    }
}
