using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Deletes old rows in transactions of so many. FIRST is not allowed where a DELETE would need it, and fragmented tables have no rowid: so the
/// server is given a function that goes through the old rows with a cursor. What a foreign key keeps stays, and the others go.
/// </summary>
internal sealed partial class RowBatches(DbAccess database, PurgePlan plan, RunContext run, TimeProvider time)
{
    private const int LeastRows = 100;
    private static readonly TimeSpan TidiesWithin = TimeSpan.FromSeconds(30);

    /// <summary>Gives the server the function of one category.</summary>
    public async Task<Function> MakeAsync(RetentionCategory category, CancellationToken cancellation)
    {
        var (table, column) = CategoryNames.Of(category);
        var name = $"cvp_purge_{table.ToLowerInvariant()}";
        run.CommitPoint($"the batches of {category.Name}");
        await DropAsync(name, cancellation);
        await database.DefineAsync(Define(name, table, column), cancellation);
        return new Function(this, category, name);
    }

    /// <summary>Drops what may not be there. That it could not be dropped is told by the next to make it.</summary>
    private async Task DropAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await database.DefineAsync($"DROP FUNCTION {name};", cancellation);
        }
        catch (SqlFailedException)
        {
            // It was not there.
        }
    }

    private static string Define(string name, string table, string column) => $"""
        CREATE FUNCTION {name}(cvp_most INT, cvp_before DATE) RETURNING VARCHAR(60);
          DEFINE cvp_gone INT;
          DEFINE cvp_kept INT;
          DEFINE cvp_at LIKE {table}.{column};
          LET cvp_gone = 0;
          LET cvp_kept = 0;
          FOREACH cvp_old FOR SELECT {column} INTO cvp_at FROM {table} WHERE {column} >= {SqlDate.Of(SqlDate.Earliest)} AND {column} < cvp_before
            BEGIN
              ON EXCEPTION IN (-692)
                LET cvp_kept = cvp_kept + 1;
              END EXCEPTION
              DELETE FROM {table} WHERE CURRENT OF cvp_old;
              LET cvp_gone = cvp_gone + 1;
            END
            IF cvp_gone >= cvp_most THEN
              EXIT FOREACH;
            END IF
          END FOREACH;
          RETURN '@' || cvp_gone || '|' || cvp_kept;
        END FUNCTION;
        """;

    [GeneratedRegex(@"@(\d+)\|(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Counts();

    /// <summary>A category's function; dropped when disposed.</summary>
    internal sealed class Function(RowBatches batches, RetentionCategory category, string name) : IAsyncDisposable
    {
        /// <summary>Deletes all rows before a day, batch by batch.</summary>
        /// <returns>For each batch how many rows went, and how many a foreign key kept.</returns>
        public async IAsyncEnumerable<(long Gone, long Kept)> RunAsync(DateOnly before, [EnumeratorCancellation] CancellationToken cancellation)
        {
            var most = batches.Plan.BatchRows;
            for (var batch = 1; ; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                batches.Run.CommitPoint($"batch {batch} of {category.Name}");
                (long Gone, long Kept) counts;
                try
                {
                    var output = await batches.Database.ChangeAsync(FormattableString.Invariant($"EXECUTE FUNCTION {name}({most}, {SqlDate.Of(before)});"), cancellation);
                    counts = Read(output);
                }
                catch (SqlFailedException e) when (e.Kind == SqlErrorKind.TooLarge && most > LeastRows)
                {
                    // The server's locks or logs do not hold so many rows at once; the batch was rolled back.
                    most = Math.Max(LeastRows, most / 2);
                    continue;
                }

                yield return counts;
                if (counts.Gone < most)
                {
                    yield break;
                }

                if (batches.Plan.BatchPause > TimeSpan.Zero)
                {
                    await Task.Delay(batches.Plan.BatchPause, batches.Time, cancellation);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            using var patience = new CancellationTokenSource(TidiesWithin, batches.Time);
            try
            {
                await batches.DropAsync(name, patience.Token);
            }
            catch (Exception e) when (e is ReportingDatabaseException or OperationCanceledException)
            {
                // The next purge makes it anew; what went wrong here is told already, or does no harm.
            }
        }

        private (long Gone, long Kept) Read(string output)
        {
            var match = Counts().Match(output);
            return match.Success
                ? (long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
                : throw new SqlFailedException($"{name} did not say how many rows it deleted: {Words.OnOneLine(output)}", null);
        }
    }

    private DbAccess Database => database;

    private PurgePlan Plan => plan;

    private RunContext Run => run;

    private TimeProvider Time => time;
}
