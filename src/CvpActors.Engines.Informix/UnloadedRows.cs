using System.Text;

namespace CvpActors.Engines.Informix;

/// <summary>Reads what UNLOAD writes: columns end with a bar, a backslash comes before a bar, a backslash or a line end that belongs to the text.</summary>
internal static class UnloadedRows
{
    public static IReadOnlyList<string[]> Read(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var column = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length:
                    column.Append(text[++i]);
                    break;
                case '|':
                    row.Add(column.ToString());
                    column.Clear();
                    break;
                case '\n':
                    rows.Add([.. row]);
                    row.Clear();
                    column.Clear();
                    break;
                case '\r':
                    break;
                default:
                    column.Append(text[i]);
                    break;
            }
        }

        return rows;
    }
}
