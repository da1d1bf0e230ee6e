using System.Globalization;
using Xunit.Abstractions;

namespace CvpActors.EndToEnd.Tests.Faults;

/// <summary>
/// Random faults while everybody asks for runs all the time. Short here; <c>soak</c> of the benchmarks makes it as long as one wants. The
/// seed is printed: the same one gives the same faults.
/// </summary>
public sealed class SoakTests(FaultSite site, ITestOutputHelper output) : IClassFixture<FaultSite>
{
    private const int FaultsInTheSuite = 8;
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Whatever_breaks_no_two_runs_overlap_and_all_heals()
    {
        var seed = Setting("CVP_SOAK_SEED", Random.Shared.Next(0x10000));
        var faults = Setting("CVP_SOAK_FAULTS", FaultsInTheSuite);
        output.WriteLine($"seed {seed}, {faults} faults");
        var random = new Random(seed);
        using var stop = new CancellationTokenSource();
        var asking = AskAllTheTimeAsync(new Random(seed + 1), stop.Token);
        for (var number = 1; number <= faults; number++)
        {
            var fault = Fault.Random(random);
            output.WriteLine($"{number}: {fault}");
            await fault.HappenAsync(site);
            await site.StartWhatHasEndedAsync();
            Enumerable.Range(1, FaultSite.Size).ToList().ForEach(database => site.HistoryOf(database).IsInOrder());
        }

        await stop.CancelAsync();
        await asking;
        await site.HealsAsync();
        Assert.All(Enumerable.Range(1, FaultSite.Size), database => Assert.NotEmpty(site.HistoryOf(database).Seen));
    }

    private static int Setting(string name, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : byDefault;

    private async Task AskAllTheTimeAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var database = FaultSite.Database(random.Next(1, FaultSite.Size + 1));
            var operation = random.Next(2) == 0 ? "backups" : "purges";

            // Whatever the answer, or none: that too is what happens to people.
            _ = site.TryAsync(random.Next(1, FaultSite.Size + 1), HttpMethod.Post, $"{database}/{operation}");
            await Task.Delay(BetweenRequests, TimeProvider.System, CancellationToken.None);
        }
    }
}
