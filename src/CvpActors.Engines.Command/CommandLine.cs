using System.Collections.Immutable;
using CvpActors.Processes;

namespace CvpActors.Engines.Command;

/// <summary>
/// Fills the places in braces of a command line, and tells the same in the environment, where a program that is called through a script of
/// the administrator's finds it without having to pass it on.
/// </summary>
internal sealed class CommandLine(CommandOptions options)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Sets what stands for <c>{name}</c>, and for <c>CVP_NAME</c> in the environment.</summary>
    public CommandLine With(string name, string value)
    {
        _values[name] = value;
        return this;
    }

    public ChildCommand Fill(ImmutableArray<string> line)
    {
        var environment = options.Environment;
        foreach (var (name, value) in _values)
        {
            environment = environment.SetItem(VariableOf(name), value);
        }

        return new ChildCommand([.. line.Select(Fill)], environment);
    }

    /// <summary>What <c>{name}</c> is called in the environment.</summary>
    public static string VariableOf(string name) => $"CVP_{name.Replace('-', '_').ToUpperInvariant()}";

    private string Fill(string argument) =>
        _values.Aggregate(argument, (text, value) => text.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));
}
