using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using CvpActors.Actors.Offsite;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Offsite;
using CvpActors.Node.Settings;
using CvpActors.Shipping.Transfer;
using CvpActors.Shipping.Vault;

namespace CvpActors.Node.Hosting;

/// <summary>This node's part in shipping: the vault where it keeps one, and what its own files are sent with.</summary>
internal sealed class OffsiteComposition : IDisposable
{
    /// <summary>The part of a database's backup directory that holds what was sent.</summary>
    public const string ShelfName = "offsite";

    /// <summary>So many shipments of a node run at once; more would only make each slower.</summary>
    private const int ShipmentsAtOnce = 2;

    /// <summary>A peer that went without a word is noticed within half a minute.</summary>
    private const int KeepAliveAfterSeconds = 15;
    private const int KeepAliveEverySeconds = 5;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly NodeSettings _settings;
    /// <summary>A remote that makes an older generation first is silent for as long as that takes.</summary>
    private static readonly TimeSpan SilenceAllowed = TimeSpan.FromMinutes(30);

    private readonly HttpClient _http;
    private readonly HttpClient _bridges = new(new SocketsHttpHandler { ConnectTimeout = ConnectWithin, AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly SemaphoreSlim _atOnce = new(ShipmentsAtOnce, ShipmentsAtOnce);
    private readonly TimeProvider _time;

    public OffsiteComposition(NodeSettings settings, ClusterCertificates? certificates, TimeProvider time, ILogger log)
    {
        (_settings, _time) = (settings, time);
        _http = new HttpClient(Handler(certificates)) { Timeout = Timeout.InfiniteTimeSpan };
        Vault = settings.Remote is { } remote
            ? new VaultStore(
                remote.Directory,
                remote.Vault,
                new BandwidthLimit(remote.BytesPerSecond, remote.Windows, time),
                time,
                (database, notice) => log.LogWarning("{Database} at remote {Remote}: {Notice}", database, remote.Name, notice))
            : null;
    }

    /// <summary>What this node keeps of other sites' databases; null when it keeps none.</summary>
    public VaultStore? Vault { get; }

    /// <summary>Lets go of what was sent to remotes that the configuration names no more: it holds the room of a backup each.</summary>
    public void ForgetFormerRemotes()
    {
        foreach (var database in _settings.Databases)
        {
            var shelves = Path.Combine(database.BackupDirectory, ShelfName);
            foreach (var shelf in Directory.Exists(shelves) ? Directory.GetDirectories(shelves) : [])
            {
                if (database.Definition.Offsite?.Remotes.Contains(Path.GetFileName(shelf)) != true)
                {
                    Directory.Delete(shelf, recursive: true);
                }
            }
        }
    }

    /// <summary>What a copier of one of this node's databases needs.</summary>
    public CopierSettings CopierOf(MaintainedDatabase database)
    {
        var backups = _settings.Databases.First(d => d.Id == database.Id).BackupDirectory;
        return new CopierSettings(remote => ShipperTo(database, Path.Combine(backups, ShelfName, remote)), _atOnce);
    }

    /// <summary>The way to what remotes hold.</summary>
    public IGenerationSource GenerationsOf(ActorSystem system) => new RemoteGenerations(system, _bridges, SilenceAllowed);

    public void Dispose()
    {
        _bridges.Dispose();
        Vault?.Dispose();
        _http.Dispose();
        _atOnce.Dispose();
    }

    private Shipper ShipperTo(MaintainedDatabase database, string shelf) => new(database.Reader, shelf, _http, _time);

    private static SocketsHttpHandler Handler(ClusterCertificates? certificates)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectWithin,
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                    socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveAfterSeconds);
                    socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveEverySeconds);
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        if (certificates is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificates.Own],
                RemoteCertificateValidationCallback = (_, peer, _, _) => certificates.ProblemOf(peer as X509Certificate2) is null,
            };
        }

        return handler;
    }
}
