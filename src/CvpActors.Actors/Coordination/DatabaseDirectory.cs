using Akka.Actor;
using CvpActors.Actors.Protocol;

namespace CvpActors.Actors.Coordination;

/// <summary>
/// The latest view of each database, kept for lists: asking ten thousand coordinators one by one would take longer than anybody waits.
/// </summary>
internal sealed class DatabaseDirectory : ReceiveActor
{
    private readonly SortedDictionary<string, DatabaseView> _views = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    public DatabaseDirectory(TimeProvider time)
    {
        _time = time;
        Receive<DatabaseView>(view => _views[view.Id] = view);
        Receive<DatabaseGone>(gone => _views.Remove(gone.Database));
        Receive<GetDatabases>(List);
    }

    public static Props Props(TimeProvider time) => Akka.Actor.Props.Create(() => new DatabaseDirectory(time));

    private void List(GetDatabases get)
    {
        var wanted = _views.Values
            .SkipWhile(view => get.After is not null && string.CompareOrdinal(view.Id, get.After) <= 0)
            .Take(get.Limit + 1)
            .Select(AtThisMoment);
        var (page, more) = MessagePages.First(wanted);
        Sender.Tell(page.Length > get.Limit ? new DatabaseList(page[..get.Limit], More: true) : new DatabaseList(page, more));
    }

    /// <summary>A lock grows older while nothing happens to it.</summary>
    private DatabaseView AtThisMoment(DatabaseView view) =>
        view.Lock is { } held
            ? view with { Lock = held with { AgeSeconds = Math.Max(0, (_time.GetUtcNow() - held.AcquiredAt).TotalSeconds) } }
            : view;
}

/// <summary>A database is shown no more.</summary>
internal sealed record DatabaseGone(string Database) : INoSerializationVerificationNeeded;
