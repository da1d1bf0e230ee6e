using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>Waiting for what is measured.</summary>
internal static class Until
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SendEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks again and again, one look after the other.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="look">Gives null while it is not there.</param>
    /// <param name="every">The pause between two looks; 20 ms unless looking costs something.</param>
    /// <exception cref="MeasurementException">It did not come in time.</exception>
    public static async Task<T> SeenAsync<T>(string what, Func<Task<T?>> look, TimeSpan? every = null)
        where T : class
    {
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Timing.AtMost; await Task.Delay(every ?? LookEvery, TimeProvider.System))
        {
            if (await look() is { } seen)
            {
                return seen;
            }
        }

        throw new MeasurementException($"waited {Timing.AtMost.TotalSeconds:0} s in vain for {what}");
    }

    /// <summary>The same for what is either so or not.</summary>
    public static Task IsSoAsync(string what, Func<Task<bool>> look) => SeenAsync(what, async () => await look() ? what : null);

    /// <summary>
    /// Sends a call ten times a second, none waiting for those before it, until one is answered: a call that was on its way to a node that died
    /// is lost, and whoever waited for it would measure its time-out.
    /// </summary>
    /// <exception cref="MeasurementException">None was answered in time.</exception>
    public static async Task AnsweredAsync(string what, Func<Task<bool>> call)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Timing.AtMost;)
        {
            _ = SendAsync();
            await Task.WhenAny(answered.Task, Task.Delay(SendEvery, TimeProvider.System));
            if (answered.Task.IsCompleted)
            {
                return;
            }
        }

        throw new MeasurementException($"waited {Timing.AtMost.TotalSeconds:0} s in vain for {what}");

        async Task SendAsync()
        {
            if (await call())
            {
                answered.TrySetResult();
            }
        }
    }
}
