namespace CvpActors.Node.Configuration.Hocon;

/// <summary>A text that is not HOCON as this node reads it.</summary>
/// <param name="line">Where, counted from 1; 0 when it is about the text as a whole.</param>
/// <param name="problem">What is wrong, and what to write instead.</param>
internal sealed class HoconException(int line, string problem) : Exception(line > 0 ? $"line {line}: {OnOneLine(problem)}" : OnOneLine(problem))
{
    /// <summary>A key in quotes may hold anything.</summary>
    private static string OnOneLine(string problem) => string.Concat(problem.Select(c => char.IsControl(c) ? '?' : c));
}
