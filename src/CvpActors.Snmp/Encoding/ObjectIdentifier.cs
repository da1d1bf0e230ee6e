using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CvpActors.Snmp.Encoding;

/// <summary>An object identifier as SNMP limits it: 2 to 128 arcs of 32 bits (RFC 2578, 3.5), ordered arc by arc.</summary>
public sealed class ObjectIdentifier : IEquatable<ObjectIdentifier>, IComparable<ObjectIdentifier>
{
    /// <summary>The most arcs an identifier may have.</summary>
    public const int MaximumArcs = 128;

    private ObjectIdentifier(ImmutableArray<uint> arcs) => Arcs = arcs;

    /// <summary>The numbers, from the root down.</summary>
    public ImmutableArray<uint> Arcs { get; }

    /// <summary>Reads dotted decimal, with or without a leading dot.</summary>
    /// <exception cref="FormatException">It is not an identifier; the message shows it.</exception>
    public static ObjectIdentifier Parse(string text) => TryParse(text, out var oid)
        ? oid
        : throw new FormatException($"'{text}' is not an object identifier; allowed: 2 to 128 numbers with dots between, such as 1.3.6.1.4.1");

    /// <summary>Reads dotted decimal, with or without a leading dot; false when it is not an identifier.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ObjectIdentifier? oid)
    {
        oid = null;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var arcs = ImmutableArray.CreateBuilder<uint>();
        foreach (var part in text.TrimStart('.').Split('.'))
        {
            if (arcs.Count == MaximumArcs || !uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var arc))
            {
                return false;
            }

            arcs.Add(arc);
        }

        // X.660: the first arc is 0, 1 or 2, and below 0 and 1 the second is under 40; the encoding cannot carry anything else.
        if (arcs.Count < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39) || arcs[1] > uint.MaxValue - 80)
        {
            return false;
        }

        oid = new ObjectIdentifier(arcs.ToImmutable());
        return true;
    }

    /// <summary>This identifier with more arcs below it.</summary>
    /// <exception cref="ArgumentException">It would have more than 128 arcs.</exception>
    public ObjectIdentifier Append(params ReadOnlySpan<uint> arcs) => Arcs.Length + arcs.Length <= MaximumArcs
        ? new ObjectIdentifier(Arcs.AddRange(arcs))
        : throw new ArgumentException($"{this} with {arcs.Length} more arcs is longer than {MaximumArcs}", nameof(arcs));

    /// <inheritdoc/>
    public int CompareTo(ObjectIdentifier? other) => other is null ? 1 : Arcs.AsSpan().SequenceCompareTo(other.Arcs.AsSpan());

    /// <inheritdoc/>
    public bool Equals(ObjectIdentifier? other) => other is not null && Arcs.AsSpan().SequenceEqual(other.Arcs.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ObjectIdentifier);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var arc in Arcs)
        {
            hash.Add(arc);
        }

        return hash.ToHashCode();
    }

    /// <summary>Dotted decimal without a leading dot.</summary>
    public override string ToString() => string.Join('.', Arcs);

    /// <summary>Whether both are the same identifier.</summary>
    public static bool operator ==(ObjectIdentifier? left, ObjectIdentifier? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ObjectIdentifier? left, ObjectIdentifier? right) => !(left == right);

    /// <summary>Whether the left one comes first.</summary>
    public static bool operator <(ObjectIdentifier? left, ObjectIdentifier? right) => left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>Whether the left one comes first, or both are the same.</summary>
    public static bool operator <=(ObjectIdentifier? left, ObjectIdentifier? right) => left is null || left.CompareTo(right) <= 0;

    /// <summary>Whether the left one comes last.</summary>
    public static bool operator >(ObjectIdentifier? left, ObjectIdentifier? right) => right < left;

    /// <summary>Whether the left one comes last, or both are the same.</summary>
    public static bool operator >=(ObjectIdentifier? left, ObjectIdentifier? right) => right <= left;
}
