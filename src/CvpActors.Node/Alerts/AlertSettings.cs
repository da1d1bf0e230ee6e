using System.Collections.Immutable;
using CvpActors.Domain.Alerts;
using CvpActors.Snmp.Delivery;

namespace CvpActors.Node.Alerts;

/// <summary>Where alerts go besides the log.</summary>
/// <param name="Burst">From when on a receiver gets summaries.</param>
/// <param name="Snmp">SNMP receivers.</param>
/// <param name="Webhooks">Receivers of HTTP posts.</param>
internal sealed record AlertSettings(BurstLimit Burst, ImmutableArray<SnmpReceiver> Snmp, ImmutableArray<WebhookSettings> Webhooks);

/// <summary>One receiver of HTTP posts.</summary>
/// <param name="Url">Where to post.</param>
/// <param name="Key">The key that signs each post.</param>
/// <param name="Timeout">How long to wait for the answer.</param>
internal sealed record WebhookSettings(Uri Url, WebhookKey Key, TimeSpan Timeout);
