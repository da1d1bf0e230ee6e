using Akka.Event;
using CvpActors.Actors.Protocol;

namespace CvpActors.Actors.Coordination;

/// <summary>Which nodes want to serve a database that another one serves: told once in the log, and shown for as long as they go on.</summary>
internal sealed class Claims(ILoggingAdapter log, TimeProvider time)
{
    /// <summary>A node that has not asked again for this long has been mended or is gone.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(1);

    /// <summary>As many are shown.</summary>
    private const int Shown = 50;

    private readonly Dictionary<ConflictView, long> _heardAt = [];

    public void Deny(ClaimDenied claim)
    {
        var conflict = new ConflictView(claim.Database, claim.ServedBy, claim.Node);
        if (!_heardAt.ContainsKey(conflict))
        {
            log.Warning("{Database}: node {Denied} has a database of this id too and is not heard, since node {Owner} serves it; give one of them another id",
                claim.Database, claim.Node, claim.ServedBy);
        }

        _heardAt[conflict] = time.GetTimestamp();
    }

    /// <summary>The present ones, or null for none.</summary>
    public IReadOnlyList<ConflictView>? Present
    {
        get
        {
            foreach (var (old, _) in _heardAt.Where(h => time.GetElapsedTime(h.Value) > ForgottenAfter).ToList())
            {
                _heardAt.Remove(old);
            }

            return _heardAt.Count == 0 ? null : [.. _heardAt.Keys.OrderBy(c => c.Database, StringComparer.Ordinal).Take(Shown)];
        }
    }
}
