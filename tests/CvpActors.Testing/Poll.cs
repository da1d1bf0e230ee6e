namespace CvpActors.Testing;

/// <summary>Waits for what must come, looking often, and not longer than a bound.</summary>
public static class Poll
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition, TimeSpan within) => UntilAsync(() => Task.FromResult(condition()), within);

    /// <exception cref="TimeoutException">The condition did not come true in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan within)
    {
        var time = TimeProvider.System;
        for (var begun = time.GetTimestamp(); !await condition();)
        {
            if (time.GetElapsedTime(begun) > within)
            {
                throw new TimeoutException($"what was waited for did not come within {within.TotalSeconds:0.#} s");
            }

            await Task.Delay(LookEvery, time);
        }
    }
}
