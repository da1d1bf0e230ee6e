using CvpActors.Domain.Alerts;

namespace CvpActors.Domain.Maintenance;

/// <summary>Something a person must hear of: raised once, delivered at least once, cleared when its cause has gone.</summary>
/// <param name="Id">Unique per database.</param>
/// <param name="Code">One of <see cref="AlertCodes"/>.</param>
/// <param name="Text">What happened, to which database, and what to do.</param>
/// <param name="RaisedAt">When, UTC.</param>
public sealed record Alert(string Id, string Code, string Text, DateTimeOffset RaisedAt)
{
    /// <summary>The operation it is about; null when it is about the database as a whole.</summary>
    public Operation? Operation { get; init; }

    /// <summary>When its cause went away, UTC; null while it is open.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>Whether the alert's raising has been handed to delivery.</summary>
    public bool RaisedHandedOver { get; init; }

    /// <summary>Whether the alert's clearing has been handed to delivery.</summary>
    public bool ClearedHandedOver { get; init; }

    /// <summary>Whether it has ended and delivery has both its notifications: nothing is left to be done about it.</summary>
    internal bool IsSettled => this is { ClearedAt: not null, RaisedHandedOver: true, ClearedHandedOver: true };

    /// <summary>The alert with one of its notifications handed to delivery.</summary>
    internal Alert HandedOver(AlertPhase phase) => phase == AlertPhase.Raised ? this with { RaisedHandedOver = true } : this with { ClearedHandedOver = true };
}
