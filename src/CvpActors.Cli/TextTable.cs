using System.Text;

namespace CvpActors.Cli;

/// <summary>Rows of text in columns, each as wide as its widest cell.</summary>
internal static class TextTable
{
    /// <summary>The table, a line a row; all rows have as many cells as the first.</summary>
    public static string Of(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length)).ToArray();
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return table.ToString();
    }
}
