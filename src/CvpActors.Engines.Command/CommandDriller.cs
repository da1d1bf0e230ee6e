using CvpActors.Domain.Ports;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Command;

/// <summary>
/// Drills by the program that restores, which gets a path in the drill's own folder for its target. How it ends is the check: what is in a dump only that program knows. What
/// it makes elsewhere is its own to remove.
/// </summary>
/// <param name="options">The programs.</param>
/// <param name="time">How long it took, by its monotonic clock.</param>
public sealed class CommandDriller(CommandOptions options, TimeProvider time) : IDriller
{
    /// <inheritdoc/>
    public string WhyNoChecks => "engine command runs no statements: the program of command.restore says by its exit code whether all is well";

    /// <inheritdoc/>
    public long SpaceFor(long bytes) => bytes;

    /// <inheritdoc/>
    public async Task<DrillFindings> DrillAsync(DrillJob job, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(run);
        var began = time.GetTimestamp();
        try
        {
            await using var staged = await new CommandRestorer(options, time).StageAsync(job.Backup, Path.Combine(job.Place, "restored"), toBePurged: false, run, cancellation);
            await staged.PublishAsync(run, cancellation);
        }
        catch (RestoreFailedException e)
        {
            throw new DrillFailedException(e.Message, e);
        }

        return new DrillFindings(time.GetElapsedTime(began), Categories: null, []);
    }
}
