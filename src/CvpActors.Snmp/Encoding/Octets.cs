namespace CvpActors.Snmp.Encoding;

/// <summary>A string of octets that compares by content: an engine id, a user name, a salt.</summary>
public readonly struct Octets(ReadOnlyMemory<byte> bytes) : IEquatable<Octets>
{
    private readonly ReadOnlyMemory<byte> _bytes = bytes;

    /// <summary>No octets.</summary>
    public static Octets Empty => default;

    /// <summary>The octets.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>How many octets.</summary>
    public int Length => _bytes.Length;

    /// <summary>The octets of <paramref name="text"/> in UTF-8.</summary>
    public static Octets Utf8(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Reads hexadecimal digits, two per octet.</summary>
    /// <exception cref="FormatException">Anything else than pairs of hexadecimal digits.</exception>
    public static Octets FromHex(string hex) => new(Convert.FromHexString(hex));

    /// <summary>The octets as lower-case hexadecimal digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(Span);

    /// <summary>The octets read as UTF-8, with replacement characters where they are not.</summary>
    public string ToText() => System.Text.Encoding.UTF8.GetString(Span);

    /// <inheritdoc/>
    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The octets in hexadecimal, as engine ids are written.</summary>
    public override string ToString() => "0x" + ToHex();

    /// <summary>Whether both hold the same octets.</summary>
    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);
}
