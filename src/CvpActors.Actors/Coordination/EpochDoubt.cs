namespace CvpActors.Actors.Coordination;

/// <summary>
/// When a later epoch that agents have seen means that the journal was restored. A coordinator that was superseded hears of one too, but not
/// for long: the others remove it. Only what lasts is certain.
/// </summary>
internal sealed class EpochDoubt(TimeProvider time)
{
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);
    private long? _since;
    private long _highest;

    /// <summary>Notes that an agent has seen <paramref name="epoch"/>, and says whether that has been so for long enough.</summary>
    public bool IsCertain(long epoch)
    {
        _highest = Math.Max(_highest, epoch);
        _since ??= time.GetTimestamp();
        return epoch == _highest && time.GetElapsedTime(_since.Value) >= Lasting;
    }
}
