using System.CommandLine;
using System.Globalization;

namespace CvpActors.Cli;

/// <summary><c>cvpctl restore</c>: shows what a restore would do, has it done, and stays until it has ended.</summary>
internal static class RestoreCommand
{
    private const string Live = "live";

    /// <summary>How often it is looked how far it is.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var database = new Argument<string>("database") { Description = "The database's id.", HelpName = "DB" };
        var from = new Option<string>("--from") { Description = "current, old, remote:NAME (the newest generation there) or remote:NAME@GENERATION.", HelpName = "SOURCE", Required = true };
        var to = new Option<string?>("--to") { Description = "A new place, in the words of the database's engine: a file for SQLite. Without it one is chosen.", HelpName = "TARGET" };
        var overLive = new Option<bool>("--over-live") { Description = "Replaces the live database. What was written since that backup is gone." };
        var confirm = new Option<string?>("--confirm") { Description = "With --over-live: the database and the generation, such as reporting@41.", HelpName = "DB@N" };
        var reapply = new Option<bool>("--reapply-purges") { Description = "Purges again what has been purged since that backup. Over the live database this is so anyway." };
        var keep = new Option<bool>("--keep-purged") { Description = "Over the live database: leaves what had been purged since that backup." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only shows what would be done." };
        var url = NodeOption.Create();
        var command = new Command("restore", "Restores a backup to a new place, or over the live database.") { database, from, to, overLive, confirm, reapply, keep, dryRun, url };
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is not null && result.GetValue(overLive))
            {
                result.AddError("--to names a new place and --over-live the live database; allowed: one of the two");
            }

            if (result.GetValue(reapply) && result.GetValue(keep))
            {
                result.AddError("--reapply-purges and --keep-purged contradict each other; allowed: one of the two");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            bool? purges = parsed.GetValue(reapply) ? true : parsed.GetValue(keep) ? false : null;
            var wish = new RestoreRequestBody(parsed.GetRequiredValue(from), parsed.GetValue(overLive) ? Live : parsed.GetValue(to), parsed.GetValue(confirm), parsed.GetValue(dryRun), purges);
            return RunAsync(parsed.GetRequiredValue(url), parsed.GetRequiredValue(database), wish, Console.Out, Console.Error, TimeProvider.System, cancellation);
        });
        return command;
    }

    /// <returns>0 when it is restored; 1 when it was refused or failed, 2 when no node answered, with the reason to <paramref name="errors"/>.</returns>
    internal static Task<int> RunAsync(
        Uri url, string database, RestoreRequestBody wish, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellation) =>
        Asking.RunAsync(errors, async () =>
        {
            using var node = new NodeClient(url);
            var plan = await node.PlanRestoreAsync(database, wish, cancellation);
            await TellAsync(database, plan, output);
            if (plan.Problem is { } problem)
            {
                throw new RefusedException(problem);
            }

            if (wish.DryRun)
            {
                return ExitCodes.Ok;
            }

            // To the place that was shown, not to one that is chosen once more.
            var begun = await node.RestoreAsync(database, wish with { Target = plan.Target }, cancellation);
            return await FollowAsync(node, database, begun, output, errors, time, cancellation);
        });

    private static async Task TellAsync(string database, RestorePlanBody plan, TextWriter output)
    {
        await output.WriteLineAsync(Text($"{database}: generation {plan.Generation} ({plan.Source}), {plan.Bytes:#,0} bytes, of {plan.CompletedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"));
        await output.WriteLineAsync($"to {plan.Target}{(plan.Replaces is { } replaced ? $", which replaces {replaced}" : "")}");
        foreach (var space in plan.Space)
        {
            await output.WriteLineAsync(Text($"needs {space.NeededBytes:#,0} bytes in {space.Folder}; {(space.FreeBytes is { } free ? Text($"{free:#,0} are free") : "how many are free cannot be told")}"));
        }

        foreach (var cutoff in plan.PurgesAgain)
        {
            await output.WriteLineAsync(Text($"purges again {cutoff.Category} up to {cutoff.OlderThan.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, as it had been"));
        }

        if (plan is { LastRestoreSeconds: { } seconds, LastRestoreBytes: { } bytes })
        {
            await output.WriteLineAsync(Text($"the last restore took {seconds:0.0} s for {bytes:#,0} bytes"));
        }

        if (plan.Confirm is { } confirm)
        {
            await output.WriteLineAsync($"what was written since that backup would be gone; to have it so: --over-live --confirm {confirm}");
        }
    }

    private static async Task<int> FollowAsync(
        NodeClient node, string database, AcceptedRestoreBody begun, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellation)
    {
        await output.WriteLineAsync($"{begun.AttemptId} has begun");
        var told = "";
        while (true)
        {
            var attempt = await node.RestoreAttemptAsync(database, begun.AttemptId, cancellation);
            if (attempt.State != "running")
            {
                return await EndAsync(begun, attempt, output, errors);
            }

            if (attempt.Progress is { Total: > 0 } progress && Text($"{100 * progress.Done / progress.Total} %") is var now && now != told)
            {
                await output.WriteLineAsync(told = now);
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    private static async Task<int> EndAsync(AcceptedRestoreBody begun, RestoreAttemptBody attempt, TextWriter output, TextWriter errors)
    {
        if (attempt is not { State: "succeeded", Result.Restore: { } restored })
        {
            await errors.WriteLineAsync($"cvpctl: {begun.AttemptId} {attempt.State}: {attempt.Error}");
            return ExitCodes.Refused;
        }

        await output.WriteLineAsync(Text($"generation {restored.Generation} is at {restored.Target}: {restored.Bytes:#,0} bytes in {restored.Seconds:0.0} s"));
        if (restored.PurgedAgain is { } purged)
        {
            await output.WriteLineAsync(Text($"{purged.Rows:#,0} rows that had been purged were purged again"));
        }

        foreach (var remark in new[] { restored.NotPurgedAgain, restored.Note }.OfType<string>())
        {
            await output.WriteLineAsync(remark);
        }

        return ExitCodes.Ok;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
