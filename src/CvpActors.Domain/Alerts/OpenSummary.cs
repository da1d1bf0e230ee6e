using System.Collections.Immutable;

namespace CvpActors.Domain.Alerts;

/// <summary>A summary that told a receiver of alerts, not all of which are over.</summary>
/// <param name="Id">The summary's notification.</param>
/// <param name="AlertId">What the summary and its end are correlated by.</param>
/// <param name="Receiver">Who got it.</param>
/// <param name="Raised">The notifications of alerts that it told as raised.</param>
/// <param name="Open">Those of them whose alerts are not over.</param>
public sealed record OpenSummary(string Id, string AlertId, string Receiver, ImmutableArray<string> Raised, ImmutableArray<string> Open)
{
    private const string IsRaised = "/raised";
    private const string IsCleared = "/cleared";

    /// <summary>The notification that all it told is over.</summary>
    public AlertNotification End(DateTimeOffset now) => new(
        $"{Id}{IsCleared}", Database: "", AlertId, AlertCodes.Summary, AlertPhase.Cleared, now,
        $"All {Raised.Length} alerts that were told together are over. The list of alerts shows each.");

    /// <summary>Whether it told <paramref name="receiver"/> that the alert was raised that <paramref name="cleared"/> ends.</summary>
    public bool Tells(AlertNotification cleared, string receiver) => Receiver == receiver && Raised.Contains(RaiseOf(cleared));

    /// <summary>Whether a notification that was queued is the end of it.</summary>
    public bool IsEndedBy(AlertNotification queued, ImmutableArray<string> receivers) => queued.Code == AlertCodes.Summary && queued.AlertId == AlertId && receivers.Contains(Receiver);

    /// <summary>The summary, with one alert less that is not over.</summary>
    public OpenSummary Without(AlertNotification cleared) => this with { Open = Open.Remove(RaiseOf(cleared)) };

    // The ids of an alert's two notifications differ in their ends only (NotificationRules).
    private static string RaiseOf(AlertNotification cleared) =>
        cleared.Id.EndsWith(IsCleared, StringComparison.Ordinal) ? cleared.Id[..^IsCleared.Length] + IsRaised : cleared.Id;
}
