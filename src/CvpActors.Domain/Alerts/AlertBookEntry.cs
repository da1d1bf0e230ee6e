using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CvpActors.Domain.Alerts;

/// <summary>One notification and where it has arrived.</summary>
/// <param name="Notification">What is told.</param>
/// <param name="Receivers">The receivers that were configured when it was queued.</param>
/// <param name="DeliveredAt">When each receiver got it, UTC.</param>
public sealed record AlertBookEntry(
    AlertNotification Notification,
    ImmutableArray<string> Receivers,
    ImmutableSortedDictionary<string, DateTimeOffset> DeliveredAt)
{
    /// <summary>Who has refused it for good, and what each said; null for nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Refusals { get; init; }

    /// <summary>Whether every receiver has it, or has refused it.</summary>
    public bool IsDelivered => Receivers.All(r => !IsPendingFor(r));

    /// <summary>The entry for <paramref name="configured"/> receivers, if one that still has to get it is not among them.</summary>
    public AlertBookEntry Readdressed(IReadOnlyCollection<string> configured) =>
        Receivers.Any(r => IsPendingFor(r) && !configured.Contains(r)) ? this with { Receivers = [.. Receivers.Where(r => !IsPendingFor(r)).Union(configured)] } : this;

    /// <summary>The entry, passed by for a receiver that has refused it.</summary>
    public AlertBookEntry RefusedBy(string receiver, string reason) =>
        this with { Refusals = (Refusals ?? ImmutableSortedDictionary<string, string>.Empty).SetItem(receiver, reason) };

    /// <summary>Whether it tells that the alert was raised which <paramref name="other"/> is about.</summary>
    public bool IsRaiseOf(AlertNotification other) => Notification.Phase == AlertPhase.Raised && IsAboutAlertOf(other);

    /// <summary>Whether it tells that the alert is over which <paramref name="other"/> is about.</summary>
    public bool IsClearOf(AlertNotification other) => Notification.Phase == AlertPhase.Cleared && IsAboutAlertOf(other);

    private bool IsAboutAlertOf(AlertNotification other) => Notification.AlertId == other.AlertId && Notification.Database == other.Database;

    /// <summary>Whether <paramref name="receiver"/> is still to get it.</summary>
    public bool IsPendingFor(string receiver) => Receivers.Contains(receiver) && !DeliveredAt.ContainsKey(receiver) && Refusals?.ContainsKey(receiver) != true;
}
