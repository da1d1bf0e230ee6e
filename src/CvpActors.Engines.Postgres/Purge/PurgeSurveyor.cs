using System.Collections.Immutable;
using CvpActors.Domain.Purges;
using CvpActors.Engines.Postgres.Server;

namespace CvpActors.Engines.Postgres.Purge;

/// <summary>
/// Looks at what a purge would meet: by an index on the timestamps where there is one; otherwise at the blocks at both ends of a table, and only where all
/// rows there are old, at the rest until one is found that is not.
/// </summary>
internal sealed class PurgeSurveyor(PostgresSession session, PurgeTarget target)
{
    /// <summary>Eight megabytes from each end; a smaller table is read as a whole.</summary>
    private const int BlocksAtAnEnd = 1000;

    private bool _hasOld;
    private bool _rowsStay;
    private bool _complete = true;
    private long? _newest;
    private long? _oldest;

    public static async Task<PurgeSurvey> RunAsync(PostgresOptions options, PurgePlan plan, DateTimeOffset asOf, CancellationToken cancellation)
    {
        await using var session = await PostgresSession.OpenAsync(options, cancellation);
        var schema = await PurgeSchema.ReadForRunAsync(session, plan, asOf, cancellation);
        var found = ImmutableArray.CreateBuilder<CategorySurvey>();
        foreach (var target in schema.Targets)
        {
            found.Add(await new PurgeSurveyor(session, target).LookAsync(cancellation));
        }

        return new PurgeSurvey(asOf, found.ToImmutable());
    }

    private async Task<CategorySurvey> LookAsync(CancellationToken cancellation)
    {
        var leaves = await PartitionTree.LeavesAsync(session, target, cancellation);
        foreach (var (oid, name) in leaves)
        {
            var blocks = await session.ScalarAsync<long>("SELECT pg_relation_size($1::oid::regclass) / current_setting('block_size')::int8", cancellation, oid);
            if (blocks <= 2 * BlocksAtAnEnd)
            {
                await LookAtAsync(name, "true", cancellation);
            }
            else if (target.Date.IsInOrder && await RowWalk.IsIndexedAsync(session, target, oid, cancellation))
            {
                await LookAtIndexAsync(name, cancellation);
            }
            else
            {
                _complete = false;
                await LookAtAsync(name, $"p.ctid < '({BlocksAtAnEnd},0)'", cancellation);
                await LookAtAsync(name, $"p.ctid >= '({blocks - BlocksAtAnEnd},0)'", cancellation);
            }
        }

        // The rest, only where it has not been found yet.
        if (!_complete && !_hasOld)
        {
            _hasOld = await session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {target.Table.Name} AS p WHERE {target.Date.IsOld("p")})", cancellation);
        }

        if (!_complete && !_rowsStay)
        {
            _rowsStay = await session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {target.Table.Name} AS p WHERE {target.Date.IsYoung("p")})", cancellation);
        }

        return new CategorySurvey(target.Category.Name, target.Date.OlderThan, _hasOld, _rowsStay, Moment(_newest), Moment(_oldest), _complete);
    }

    private async Task LookAtAsync(string table, string where, CancellationToken cancellation)
    {
        var value = target.Date.Value("p");
        var dated = $"FILTER (WHERE {target.Date.HasDate("p")})";
        var (old, stays, oldest, newest) = (await session.ListAsync(
            $"SELECT coalesce(bool_or({target.Date.IsOld("p")}), false), coalesce(bool_or({target.Date.IsYoung("p")}), false), {target.Date.Moment($"(min({value}) {dated})")}, {target.Date.Moment($"(max({value}) {dated})")} FROM ONLY {table} AS p WHERE {where}",
            row => (row.GetBoolean(0), row.GetBoolean(1), row.IsDBNull(2) ? (long?)null : row.GetInt64(2), row.IsDBNull(3) ? (long?)null : row.GetInt64(3)), cancellation)).Single();
        Learn(old, stays, oldest, newest);
    }

    private async Task LookAtIndexAsync(string table, CancellationToken cancellation)
    {
        var value = target.Date.Value("p");
        var old = await session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM ONLY {table} AS p WHERE {target.Date.IsOld("p")})", cancellation);
        var stays = await session.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM ONLY {table} AS p WHERE {target.Date.IsYoung("p")})", cancellation);
        var ends = new long?[2];
        foreach (var (i, direction) in new[] { (0, ""), (1, " DESC") })
        {
            ends[i] = (await session.ListAsync(
                $"SELECT {target.Date.Moment(value)} FROM ONLY {table} AS p WHERE {target.Date.HasDate("p")} ORDER BY {value}{direction} LIMIT 1", row => (long?)row.GetInt64(0), cancellation)).FirstOrDefault();
        }

        Learn(old, stays, ends[0], ends[1]);
    }

    private void Learn(bool old, bool stays, long? oldest, long? newest)
    {
        _hasOld |= old;
        _rowsStay |= stays;
        _oldest = oldest is { } o ? Math.Min(_oldest ?? o, o) : _oldest;
        _newest = newest is { } n ? Math.Max(_newest ?? n, n) : _newest;
    }

    private static DateTimeOffset? Moment(long? unixMilliseconds) => unixMilliseconds is { } moment ? DateTimeOffset.FromUnixTimeMilliseconds(moment) : null;
}
