using System.CommandLine;
using CvpActors.Node.Configuration;
using CvpActors.Node.Offline;

namespace CvpActors.Cli;

/// <summary><c>cvpctl journal copy</c>: takes a single node's journal to the PostgreSQL of a cluster.</summary>
internal static class JournalCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "The data directory of the node, which must not run. It is only read.", HelpName = "DATA-DIRECTORY", Required = true };
        var to = new Option<string[]>("--to-config")
        {
            Description = "The configuration with journal.postgres, which must be empty; may be given several times, a later file wins.",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        var copy = new Command("copy", "Copies events and snapshots to PostgreSQL, all or nothing, when a single node grows into a cluster.") { from, to };
        copy.SetAction((parsed, cancellation) => CopyAsync(parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), Console.Out, Console.Error, cancellation));
        return new Command("journal", "A node's journal.") { copy };
    }

    /// <returns>0, with what was done to <paramref name="output"/>; or 2, with one line to <paramref name="errors"/>: nothing was copied.</returns>
    internal static async Task<int> CopyAsync(string from, string[] to, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        try
        {
            var copied = await JournalCopy.RunAsync(from, to, cancellation);
            await output.WriteLineAsync(
                $"copied {from} to {copied.Target}: {copied.PersistenceIds} persistence ids, {copied.Events} events, {copied.Tags} tags, {copied.Snapshots} snapshots; both sides count the same");
            return ExitCodes.Ok;
        }
        catch (SettingsException e)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.WrongConfiguration;
        }
        catch (JournalCopyException e)
        {
            await errors.WriteLineAsync($"cvpctl: {e.Message}");
            return ExitCodes.NotCopied;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await errors.WriteLineAsync("cvpctl: stopped; nothing was copied");
            return ExitCodes.NotCopied;
        }
    }
}
