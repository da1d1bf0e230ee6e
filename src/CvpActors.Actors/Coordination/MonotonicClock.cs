namespace CvpActors.Actors.Coordination;

/// <summary>A clock of one process that nobody can set; its readings mean nothing in another one.</summary>
internal static class MonotonicClock
{
    public static TimeSpan Read(TimeProvider time) => time.GetElapsedTime(0);
}
