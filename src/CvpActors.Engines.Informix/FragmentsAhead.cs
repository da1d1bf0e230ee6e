using CvpActors.Domain.Purges;
using CvpActors.Domain.Running;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Makes the fragments of the days to come for a table that has one a day, so that midnight finds its own. A table that is fragmented by interval makes them
/// itself.
/// </summary>
internal sealed class FragmentsAhead(InformixOptions options, DbAccess database, InformixCatalog catalog, RunContext run)
{
    private const int MostAtOnce = 60;

    public async Task MakeAsync(RetentionCategory category, DateOnly today, CancellationToken cancellation)
    {
        if (options.FragmentsAheadDays == 0)
        {
            return;
        }

        var (table, column) = CategoryNames.Of(category);
        if (await catalog.FragmentsAsync(category, cancellation) is not [.., { IsOneDay: true, Form: FragmentForm.Day or FragmentForm.Range } newest])
        {
            return;
        }

        var last = today.AddDays(options.FragmentsAheadDays);
        if (last.DayNumber - newest.Before.DayNumber >= MostAtOnce)
        {
            throw new SqlFailedException(
                $"the newest fragment of {table} is of {newest.Before.AddDays(-1):yyyy-MM-dd}: {last.DayNumber - newest.Before.DayNumber + 1} would have to be made; allowed: {MostAtOnce} at once. Make them by hand, or set informix.fragments-ahead = 0d", null);
        }

        for (var day = newest.Before; day <= last; day = day.AddDays(1))
        {
            run.CommitPoint($"the fragment of {day:yyyy-MM-dd} of {table}");
            var expression = newest.Form == FragmentForm.Day
                ? $"{column} = {SqlDate.Of(day)}"
                : $"{column} >= {SqlDate.Of(day)} AND {column} < {SqlDate.Of(day.AddDays(1))}";
            await database.DefineAsync($"ALTER FRAGMENT ON TABLE {table} ADD PARTITION p{day:yyyyMMdd} ({expression}) IN {newest.Dbspace};", cancellation);
        }
    }
}
