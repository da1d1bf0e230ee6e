namespace CvpActors.Engines.Informix;

/// <summary>Ends work that makes no progress: what waits for an answer that nobody gives, or for a server that has stopped, never ends by itself.</summary>
/// <param name="after">The longest time without progress.</param>
/// <param name="time">Measures it.</param>
internal sealed class StallWatch(TimeSpan after, TimeProvider time)
{
    private static readonly TimeSpan LongestBetweenLooks = TimeSpan.FromSeconds(5);
    private long _moved = time.GetTimestamp();

    /// <summary>There was progress just now.</summary>
    public void Moved() => Volatile.Write(ref _moved, time.GetTimestamp());

    /// <summary>Does the work.</summary>
    /// <exception cref="StalledException">It made no progress for too long and was ended.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var done = new CancellationTokenSource();
        Moved();
        var watching = WatchAsync(stop, done.Token);
        try
        {
            return await work(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StalledException();
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    private async Task WatchAsync(CancellationTokenSource stop, CancellationToken done)
    {
        var look = after / 4 < LongestBetweenLooks ? after / 4 : LongestBetweenLooks;
        try
        {
            while (time.GetElapsedTime(Volatile.Read(ref _moved)) < after)
            {
                await Task.Delay(look, time, done);
            }

            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The work has ended.
        }
    }
}

/// <summary>Something made no progress for too long and was ended with all that it had started.</summary>
internal sealed class StalledException() : Exception("there was no progress");
