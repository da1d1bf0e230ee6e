using Xunit.Sdk;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>Waiting for a condition, with a bound that only a broken node reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until what is seen satisfies <paramref name="condition"/>, and gives it back.</summary>
    public static async Task<T> SeesAsync<T>(string what, Func<Task<T>> look, Func<T, bool> condition, TimeSpan? within = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (condition(seen))
            {
                return seen;
            }

            if (TimeProvider.System.GetElapsedTime(start) > (within ?? Bound))
            {
                throw new XunitException($"waited {(within ?? Bound).TotalSeconds:0} s in vain for: {what}\nlast seen: {seen}");
            }

            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    public static Task IsTrueAsync(string what, Func<bool> condition, TimeSpan? within = null) =>
        SeesAsync(what, () => Task.FromResult(condition()), seen => seen, within);
}
