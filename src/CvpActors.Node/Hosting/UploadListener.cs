using CvpActors.Node.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CvpActors.Node.Hosting;

/// <summary>A second address of the node, where bytes of shipments come over TLS: both sides show a certificate of the cluster.</summary>
internal static class UploadListener
{
    public static void Add(IWebHostBuilder host, Uri bridge, HostAndPort uploads, ClusterCertificates certificates)
    {
        host.UseKestrelHttpsConfiguration();
        host.ConfigureKestrel(o => o.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificate = certificates.Own;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (peer, _, _) => certificates.ProblemOf(peer) is null;
        }));
        host.UseUrls(bridge.ToString(), UrlOf(uploads).ToString());
    }

    /// <summary>Where senders reach it.</summary>
    public static Uri UrlOf(HostAndPort uploads) => new($"https://{uploads}/");
}

/// <summary>The cluster's certificates, where it has some.</summary>
internal sealed record OptionalCertificates(ClusterCertificates? Present);
