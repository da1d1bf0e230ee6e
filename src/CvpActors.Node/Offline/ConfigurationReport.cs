namespace CvpActors.Node.Offline;

/// <summary>What a configuration that can be used amounts to.</summary>
/// <param name="Summary">Who the node would be, what it maintains, where its journal is and where alerts go; one line.</param>
/// <param name="Advice">What is allowed and yet unwise, or could not be looked at; a line each.</param>
public sealed record ConfigurationReport(string Summary, IReadOnlyList<string> Advice);
