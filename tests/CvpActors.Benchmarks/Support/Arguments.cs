using System.Globalization;

namespace CvpActors.Benchmarks.Support;

/// <summary>What was written behind the verb: pairs of <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="ArgumentsException">An option is unknown or misses its value.</exception>
    public static Arguments Parse(IReadOnlyList<string> words, params string[] allowed)
    {
        var parsed = new Arguments();
        for (var i = 0; i < words.Count; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || !allowed.Contains(words[i][2..]))
            {
                throw new ArgumentsException($"unknown option {words[i]}; allowed: --{string.Join(", --", allowed)}");
            }

            parsed._values[words[i][2..]] = i + 1 < words.Count
                ? words[i + 1]
                : throw new ArgumentsException($"{words[i]} misses its value");
        }

        return parsed;
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Number(string name, int otherwise, int least = 1) =>
        !_values.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
        : throw new ArgumentsException($"--{name} is \"{text}\"; allowed: a whole number from {least}");

    public string? Text(string name) => _values.GetValueOrDefault(name);
}

/// <summary>The command line cannot be used; the message says what is allowed.</summary>
internal sealed class ArgumentsException(string message) : Exception(message);

/// <summary>A run failed, so there is nothing to compare; the message says which and why.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
