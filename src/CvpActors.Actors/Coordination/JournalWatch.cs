using CvpActors.Actors.Alerts;
using CvpActors.Domain;
using CvpActors.Domain.Alerts;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// Tells receivers that the journal cannot be written. Alerts are persisted before they are sent, which is just what cannot be done then:
/// so this one notification per outage goes out without, once, to whoever can be reached, and says so; and so does its clear.
/// Outlives the incarnations of the coordinator on its node. Safe for concurrent use.
/// </summary>
public sealed class JournalWatch(IReadOnlyList<IAlertChannel> channels, string node, TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _failingSince;

    /// <summary>Something could not be persisted, and not because another coordinator was faster.</summary>
    /// <returns>Whether that is news: the first failure of an outage.</returns>
    public bool Failed(Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        lock (_gate)
        {
            if (_failingSince is not null)
            {
                return false;
            }

            _failingSince = time.GetUtcNow();
            Tell(AlertPhase.Raised, _failingSince.Value,
                $"The journal cannot be read or written by the coordinator on {node}: {cause.GetBaseException().Message}. Nothing is started until it can; "
                + "runs under way go on, and their outcomes wait on their machines. Check the journal's server or disk. "
                + "(Sent once and without a record, since there is nowhere to keep one.)");
            return true;
        }
    }

    /// <summary>Something was persisted.</summary>
    public void Worked()
    {
        lock (_gate)
        {
            if (_failingSince is not { } since)
            {
                return;
            }

            _failingSince = null;
            Tell(AlertPhase.Cleared, since,
                $"The journal can be written again by the coordinator on {node}, after {InWords.Of(time.GetUtcNow() - since)}. (Sent once and without a record.)");
        }
    }

    private void Tell(AlertPhase phase, DateTimeOffset since, string text)
    {
        var outage = $"journal-{since.ToUnixTimeMilliseconds()}";
        var notification = new AlertNotification(
            $"{outage}/{node}/{(phase == AlertPhase.Raised ? "raised" : "cleared")}", "", outage, AlertCodes.JournalUnavailable, phase, time.GetUtcNow(), text);
        _ = AlertTest.SendAsync([notification], channels, time, CancellationToken.None);
    }
}
