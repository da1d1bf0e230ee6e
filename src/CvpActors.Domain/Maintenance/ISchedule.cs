namespace CvpActors.Domain.Maintenance;

/// <summary>When an operation falls due. Implementations are pure: the same question has the same answer.</summary>
public interface ISchedule
{
    /// <summary>The schedule as the configuration wrote it, with its time zone; a changed text is a changed schedule.</summary>
    string Text { get; }

    /// <summary>The first due moment later than <paramref name="moment"/>, in UTC; null when there is none.</summary>
    DateTimeOffset? NextAfter(DateTimeOffset moment);
}
