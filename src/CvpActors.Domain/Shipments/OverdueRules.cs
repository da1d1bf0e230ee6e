using CvpActors.Domain.Alerts;
using CvpActors.Domain.Maintenance;

namespace CvpActors.Domain.Shipments;

/// <summary>
/// A remote that has had no newly verified generation for too long is alerted on the absence of success, whatever the cause: also when
/// nothing was ever tried, the agent is away, or there is no old file yet.
/// </summary>
internal static class OverdueRules
{
    /// <summary>Raises what is overdue and not alerted, clears what is alerted and no longer overdue.</summary>
    public static void Follow(ShipmentDraft draft)
    {
        var open = OpenAlert(draft.State);
        var isOverdue = OverdueAt(draft.State, draft.Policy) <= draft.Now;
        if (isOverdue && open is null)
        {
            draft.Record(new ShipmentAlertRaised(draft.Now, draft.Policy.Remote, AlertCodes.ShipmentOverdue, Text(draft.State, draft.Policy)));
        }
        else if (!isOverdue && open is not null)
        {
            draft.Record(new ShipmentAlertCleared(draft.Now, open.Id));
        }
    }

    /// <summary>When it is next to be looked at, UTC; null while time alone changes nothing.</summary>
    public static DateTimeOffset? NextCheckAt(ShipmentState state, ShipmentPolicy policy) =>
        OpenAlert(state) is null ? OverdueAt(state, policy) : null;

    private static Alert? OpenAlert(ShipmentState state) => state.Alerts.FindLast(a => a.ClearedAt is null);

    /// <summary>Counted from the later of the last verification and the remote's first day: one that comes back after months is not overdue at once.</summary>
    private static DateTimeOffset? OverdueAt(ShipmentState state, ShipmentPolicy policy) =>
        state.ConfiguredSince is { } configured
            ? (state.Verified is { } verified && verified.KnownAt > configured ? verified.KnownAt : configured) + policy.OverdueAfter
            : null;

    private static string Text(ShipmentState state, ShipmentPolicy policy)
    {
        var since = state.Verified is { } verified
            ? $"The latest backup of {policy.Database} at remote {policy.Remote} is generation {verified.Generation}, verified {verified.VerifiedAt:u}"
            : $"Remote {policy.Remote} has never had a verified backup of {policy.Database}";
        var cause = state switch
        {
            { Failure: { } failure } => $"The last try failed: {failure.Error}",
            { UnderWay: { } underWay } => $"Generation {underWay.Generation} has been on its way since {underWay.Since:u}",
            { Old: null } => "There is no file to ship yet; there is one from the second backup on",
            { WantedSince: { } wanted, Old: { } old } => $"Generation {old.Generation} has been waiting since {wanted:u}",
            _ => "Nothing newer was there to be shipped: see whether backups succeed",
        };
        return $"{since}; another was to follow within {InWords.Of(policy.OverdueAfter ?? TimeSpan.Zero)}. {cause}. "
            + "Check the database's node, the remote's, and the connection between them.";
    }
}
