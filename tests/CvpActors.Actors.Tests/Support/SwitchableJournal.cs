using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace CvpActors.Actors.Tests.Support;

/// <summary>
/// A journal in memory that keeps what a real one keeps: each event goes through its serializer and back. Writing can be
/// made to fail.
/// </summary>
internal sealed class SwitchableJournal : MemoryJournal
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToArray();
        JournalSwitch.Of(_system).ThrowIfBroken(writes);
        return base.WriteMessagesAsync(writes.Select(ThroughSerializer), cancellationToken);
    }

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        JournalSwitch.Of(_system).ThrowIfUnreadable(persistenceId);
        return base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);
    }

    private AtomicWrite ThroughSerializer(AtomicWrite write) =>
        new(((IEnumerable<IPersistentRepresentation>)write.Payload).Select(p => p.WithPayload(ThroughSerializer(p.Payload))).ToImmutableList());

    private object ThroughSerializer(object payload)
    {
        var serializer = _system.Serialization.FindSerializerFor(payload);
        return _system.Serialization.Deserialize(
            serializer.ToBinary(payload), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, payload));
    }
}

/// <summary>Makes the writes of one actor fail, for as many times as it is told.</summary>
internal sealed class JournalSwitch : IExtension
{
    private readonly object _gate = new();
    private string? _persistenceId;
    private int _failures;
    private string? _unreadable;
    private int _failingReads;

    public static JournalSwitch Of(ActorSystem system) => system.WithExtension<JournalSwitch, Provider>();

    /// <summary>The next <paramref name="times"/> writes of <paramref name="persistenceId"/> fail.</summary>
    public void FailWritesOf(string persistenceId, int times = 1)
    {
        lock (_gate)
        {
            (_persistenceId, _failures) = (persistenceId, times);
        }
    }

    /// <summary>The next <paramref name="times"/> recoveries of <paramref name="persistenceId"/> fail.</summary>
    public void FailReadsOf(string persistenceId, int times = 1)
    {
        lock (_gate)
        {
            (_unreadable, _failingReads) = (persistenceId, times);
        }
    }

    public void ThrowIfUnreadable(string persistenceId)
    {
        lock (_gate)
        {
            if (_failingReads > 0 && persistenceId == _unreadable)
            {
                _failingReads--;
                throw new IOException("the journal's disk has a bad sector");
            }
        }
    }

    public void ThrowIfBroken(IEnumerable<AtomicWrite> writes)
    {
        lock (_gate)
        {
            if (_failures > 0 && writes.Any(w => w.PersistenceId == _persistenceId))
            {
                _failures--;
                throw new IOException("the journal's disk is full");
            }
        }
    }

    private sealed class Provider : ExtensionIdProvider<JournalSwitch>
    {
        public override JournalSwitch CreateExtension(ExtendedActorSystem system) => new();
    }
}
