using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using CvpActors.Node.Configuration;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Hosting;

/// <summary>
/// Mutual TLS between nodes: both sides show a certificate, and both sides check that the other's comes from the configured CA, is
/// within its time, and (when names are configured) bears one of them. The machine's own list of CAs counts for nothing here.
/// </summary>
/// <param name="Own">This node's certificate with its key.</param>
/// <param name="ProblemOf">What is wrong with a peer's certificate; null when it is accepted.</param>
internal sealed record ClusterCertificates(X509Certificate2 Own, Func<X509Certificate2?, string?> ProblemOf)
{
    /// <summary>When this node's own certificate ends, UTC.</summary>
    public DateTimeOffset EndsAt => Own.NotAfter.ToUniversalTime();

    /// <summary>What Akka is given.</summary>
    public DotNettySslSetup Setup => new(
        Own,
        suppressValidation: false,
        requireMutualAuthentication: true,
        (peer, _, remote, errors, log) =>
        {
            var problem = ProblemOf(errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? null : peer);
            if (problem is not null)
            {
                log.Warning("{Peer} was refused: {Problem}", remote, problem);
            }

            return problem is null;
        });

    /// <exception cref="SettingsException">A file is not what it should be, or the certificate does not come from the CA.</exception>
    public static ClusterCertificates Load(TlsSettings tls)
    {
        var (certificate, ca) = Read(tls);
        if (!ComesFrom(ca, certificate, out var why))
        {
            throw new SettingsException("cvp-actors.cluster.tls.certificate-file", $"{tls.CertificateFile} is not a valid certificate of {tls.CaFile} ({why}); allowed: one that is");
        }

        return new ClusterCertificates(certificate, peer =>
            peer is null ? "it shows no certificate"
            : !ComesFrom(ca, peer, out var reason) ? $"its certificate {peer.Subject} is not a valid one of our CA ({reason})"
            : !HasAcceptedName(peer, tls) ? $"its certificate {peer.Subject} bears none of the accepted names"
            : null);
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Ca) Read(TlsSettings tls)
    {
        var ca = new X509Certificate2Collection();
        try
        {
            ca.ImportFromPemFile(tls.CaFile);
        }
        catch (CryptographicException e)
        {
            throw new SettingsException("cvp-actors.cluster.tls.ca-file", $"{tls.CaFile} cannot be used ({e.Message}); allowed: the CA's certificate as PEM");
        }

        if (ca.Count == 0)
        {
            throw new SettingsException("cvp-actors.cluster.tls.ca-file", $"{tls.CaFile} holds no certificate; allowed: the CA's certificate as PEM");
        }

        try
        {
            return (X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile), ca);
        }
        catch (CryptographicException e)
        {
            throw new SettingsException("cvp-actors.cluster.tls.certificate-file",
                $"{tls.CertificateFile} with {tls.KeyFile} cannot be used ({e.Message}); allowed: a certificate and its private key as PEM");
        }
    }

    private static bool ComesFrom(X509Certificate2Collection ca, X509Certificate2 certificate, out string why)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(ca);

        // A CA of one's own seldom publishes a list; a certificate is taken back by leaving its name out of accepted-names.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        var valid = chain.Build(certificate);
        why = string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()));
        return valid;
    }

    private static bool HasAcceptedName(X509Certificate2 certificate, TlsSettings tls) =>
        tls.AcceptedNames.IsEmpty || tls.AcceptedNames.Any(name => certificate.MatchesHostname(name, allowWildcards: false));
}
