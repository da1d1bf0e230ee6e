using System.Globalization;
using System.Text.RegularExpressions;

namespace CvpActors.Engines.Informix;

/// <summary>
/// Reads the days of a fragment out of its expression. It is strict: what has any other form is no evidence, and such a fragment's rows are
/// looked at one by one instead.
/// </summary>
/// <param name="dateFormat">DBDATE with a year of four digits: <c>MDY4/</c>, <c>DMY4.</c>, <c>Y4MD-</c>.</param>
internal sealed partial class FragmentExpression(string dateFormat)
{
    /// <summary>Whether a DBDATE can be read by; two digits of a year could mean two centuries.</summary>
    public static bool IsReadable(string dateFormat) => DateFormat().IsMatch(dateFormat);

    /// <summary>The fragment; null when its expression says nothing certain about days.</summary>
    public Fragment? Read(string partition, string dbspace, string expression, string column)
    {
        var marked = Literal().Replace(expression, literal => DayOf(literal) is { } day ? $"#{day:yyyyMMdd}#" : "?");
        var key = Regex.Escape(column.ToUpperInvariant());
        var named = Regex.Replace(marked.ToUpperInvariant(), $@"(?<![A-Z0-9_.])(?:[A-Z_][A-Z0-9_]*\.)*{key}(?![A-Z0-9_])", "@");
        var plain = Blanks().Replace(named, "");
        return Match(plain, @"^@=#(\d{8})#$") is [var day1] ? new Fragment(partition, dbspace, day1, day1.AddDays(1), FragmentForm.Day)
            : Match(plain, @"^@>=#(\d{8})#AND@<#(\d{8})#$") is [var from, var before] ? Make(from, before, FragmentForm.Range)
            : Match(plain, @"^@<#(\d{8})#AND@>=#(\d{8})#$") is [var before2, var from2] ? Make(from2, before2, FragmentForm.Range)
            : Match(plain, @"^VALUES>=#(\d{8})#ANDVALUES<#(\d{8})#$") is [var from3, var before3] ? Make(from3, before3, FragmentForm.Interval)
            : Match(plain, @"^VALUES<#(\d{8})#ANDVALUES>=#(\d{8})#$") is [var before4, var from4] ? Make(from4, before4, FragmentForm.Interval)
            : Match(plain, @"^VALUES<#(\d{8})#$") is [var before5] ? new Fragment(partition, dbspace, null, before5, FragmentForm.Interval)
            : null;

        Fragment? Make(DateOnly from, DateOnly before, FragmentForm form) => from < before ? new Fragment(partition, dbspace, from, before, form) : null;
    }

    private static DateOnly[]? Match(string text, string form)
    {
        var match = Regex.Match(text, form, RegexOptions.CultureInvariant);
        return match.Success
            ? [.. match.Groups.Values.Skip(1).Select(group => DateOnly.ParseExact(group.Value, "yyyyMMdd", CultureInfo.InvariantCulture))]
            : null;
    }

    private DateOnly? DayOf(Match literal)
    {
        var (mdy, datetime, text) = (literal.Groups["mdy"], literal.Groups["datetime"], literal.Groups["text"]);
        var midnight = new[] { "yyyy-MM-dd", "yyyy-MM-dd HH", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFF" };
        if (mdy.Success)
        {
            return DateOnly.TryParseExact(Blanks().Replace(mdy.Value, ""), "M,d,yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        }

        if (text.Success && DateOnly.TryParseExact(text.Value.Trim(), Pattern(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var written))
        {
            return written;
        }

        var moment = datetime.Success ? datetime.Value : text.Value;
        return DateTime.TryParseExact(moment.Trim(), midnight, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.TimeOfDay == TimeSpan.Zero && moment.Contains('-', StringComparison.Ordinal)
            && (datetime.Success || moment.Trim().Length > 10)
            ? DateOnly.FromDateTime(at)
            : null;
    }

    private string[] Pattern()
    {
        var form = DateFormat().Match(dateFormat);
        var separator = form.Groups["separator"].Value;
        var parts = form.Groups["order"].Value.Select(letter => letter switch { 'D' => "d", 'M' => "M", 'Y' => "yyyy", _ => "" }).Where(part => part.Length > 0);
        return [string.Join(separator, parts)];
    }

    [GeneratedRegex("^(?<order>MDY4|DMY4|Y4MD|Y4DM)(?<separator>[-./])$", RegexOptions.CultureInvariant)]
    private static partial Regex DateFormat();

    /// <summary>With the brackets of its function, and with nothing of any other.</summary>
    [GeneratedRegex(
        @"\bMDY\s*\(\s*(?<mdy>\d+\s*,\s*\d+\s*,\s*\d+)\s*\)|\bDATETIME\s*\(\s*(?<datetime>[-\d:. ]+)\)\s*YEAR\s+TO\s+\w+(?:\s*\(\s*\d\s*\))?|\bDATE\s*\(\s*'(?<text>[^']*)'\s*\)|'(?<text>[^']*)'",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    [GeneratedRegex(@"[\s()]+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
