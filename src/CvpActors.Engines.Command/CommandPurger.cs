using System.Globalization;
using System.Text;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Restores;
using CvpActors.Domain.Running;
using CvpActors.Processes;

namespace CvpActors.Engines.Command;

/// <summary>Purges by a program, which is run once for each category, children before parents.</summary>
/// <param name="options">The programs.</param>
/// <param name="time">What "older than its retention" is measured by.</param>
/// <param name="target">What was restored, of which is purged; null for the live database.</param>
public sealed class CommandPurger(CommandOptions options, TimeProvider time, string? target = null) : IPurger
{
    /// <summary>Of what a program prints only its last line is read.</summary>
    private const int KeptOutput = 4096;

    private const string DryRunPlace = "{dry-run}";

    private readonly CommandEngine _engine = new(options);

    /// <inheritdoc/>
    public async Task<PurgeResult> PurgeAsync(PurgePlan plan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        var done = new List<CategoryPurge>();
        var now = run.RetentionCountsFrom(time.GetUtcNow());
        try
        {
            if (dryRun && !options.Purge.Any(argument => argument.Contains(DryRunPlace, StringComparison.Ordinal)))
            {
                throw new ReportingDatabaseException(
                    $"this purge cannot be tried: its command has no place for {DryRunPlace}, so it would delete; allowed: one that counts when true stands there");
            }

            foreach (var category in plan.Categories)
            {
                run.CommitPoint($"the purge of {category.Name}");
                var olderThan = now - category.Retain;
                done.Add(new CategoryPurge(category.Name, category.Table, olderThan, await PurgeAsync(category, olderThan, dryRun, run, cancellation)));
            }

            return new PurgeResult(dryRun, [.. done]);
        }
        catch (Exception cause)
        {
            throw new PurgeStoppedException(new PurgeResult(dryRun, [.. done]), cause);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A program is asked to purge and nothing else: what it would meet is not known, so no category is in the survey.</remarks>
    public Task<PurgeSurvey> SurveyAsync(PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled<PurgeSurvey>(cancellation) : Task.FromResult(new PurgeSurvey(asOf, []));

    private async Task<long> PurgeAsync(RetentionCategory category, DateTimeOffset olderThan, bool dryRun, RunContext run, CancellationToken cancellation)
    {
        var command = _engine.ForRun(run)
            .With("category", category.Name)
            .With("table", category.Table)
            .With("column", category.TimestampColumn)
            .With("older-than", olderThan.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))
            .With(CommandRestorer.TargetName, target ?? RestoreOrder.Live)
            .With("dry-run", dryRun ? "true" : "false")
            .Fill(options.Purge);
        var printed = new StringBuilder();
        try
        {
            var end = await ChildProcess.RunAsync(command, (output, stop) => ChildStreams.KeepLastAsync(output, printed, KeptOutput, stop), child => CommandEngine.Keep(run, child), cancellation);
            if (end.ExitCode != 0)
            {
                throw new ReportingDatabaseException($"{command.Program} ended with {end.ExitCode} at {category.Name}: {CommandEngine.Said(end)}");
            }
        }
        catch (ChildStartException e)
        {
            throw new ReportingDatabaseException(e.Message, e);
        }

        var last = printed.ToString().TrimEnd().Split('\n')[^1];
        return long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? rows
            : throw new ReportingDatabaseException(
                $"{command.Program} did not say how many rows of {category.Name} it deleted; allowed: a whole number on the last line of its output");
    }
}
