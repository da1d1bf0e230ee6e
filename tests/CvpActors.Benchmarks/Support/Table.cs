namespace CvpActors.Benchmarks.Support;

/// <summary>Columns of text, the first to the left, the others to the right.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row) => _rows.Add(row);

    public void Print()
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        Console.WriteLine();
        for (var i = 0; i < _rows.Count; i++)
        {
            Console.WriteLine(string.Join(
                " | ", _rows[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
            if (i == 0)
            {
                Console.WriteLine(string.Join("-|-", widths.Select(width => new string('-', width))));
            }
        }

        Console.WriteLine();
    }
}

/// <summary>Figures as text.</summary>
internal static class Figures
{
    public static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.00} s";

    public static string Milliseconds(double milliseconds) => milliseconds switch
    {
        double.NaN => "-",
        < 10 => $"{milliseconds:0.00} ms",
        < 10_000 => $"{milliseconds:0} ms",
        _ => $"{milliseconds / 1000:0.0} s",
    };

    public static string Megabytes(long bytes) => $"{bytes / 1048576.0:0} MB";

    public static string Ratio(double ratio) => double.IsNaN(ratio) ? "-" : ratio < 10 ? $"{ratio:0.00}" : $"{ratio:0}";

    public static string Met(bool met) => met ? "met" : "MISSED";
}
