using CvpActors.Domain.Purges;

namespace CvpActors.Domain.Ports;

/// <summary>Where an agent keeps how far purges of its database went, beside what the coordinator knows of it.</summary>
public interface IPurgeRecord
{
    /// <summary>How far they went, one that was killed included.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    PurgedUpTo Load();

    /// <summary>A purge is about to delete up to here. Until <see cref="Ended"/> it counts as done, since it may be killed.</summary>
    /// <exception cref="IOException">It could not be written; nothing may be deleted.</exception>
    void Begin(PurgedUpTo upTo);

    /// <summary>The purge has ended, having deleted up to here.</summary>
    void Ended(PurgedUpTo upTo);
}
