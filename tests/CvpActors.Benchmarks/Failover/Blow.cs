using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>What a scenario does to a process.</summary>
internal static class Blow
{
    /// <summary>Sends the scenario's signal.</summary>
    /// <param name="scenario">What is done.</param>
    /// <param name="process">To whom.</param>
    /// <param name="freeze">How long one that is frozen stays so.</param>
    /// <returns>Ends when a frozen process has been woken; for the others, at once.</returns>
    public static Task Strike(Scenario scenario, int process, TimeSpan freeze)
    {
        var signal = scenario switch
        {
            Scenario.Kill => Signal.Kill,
            Scenario.Terminate => Signal.Terminate,
            _ => Signal.Stop,
        };
        Signals.Send(process, signal);
        return signal == Signal.Stop ? ThawAsync(process, freeze) : Task.CompletedTask;
    }

    private static async Task ThawAsync(int process, TimeSpan after)
    {
        await Task.Delay(after, TimeProvider.System);
        Signals.Send(process, Signal.Continue);
    }
}
