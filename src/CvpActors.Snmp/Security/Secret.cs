namespace CvpActors.Snmp.Security;

/// <summary>A passphrase or a community. Prints as asterisks, so that no log, record or exception shows it by accident.</summary>
public sealed class Secret(string text) : IEquatable<Secret>
{
    private readonly string _text = text ?? throw new ArgumentNullException(nameof(text));

    /// <summary>No secret at all.</summary>
    public static Secret None { get; } = new("");

    /// <summary>Its length in octets of UTF-8, which is what RFC 3414 (11.2) counts.</summary>
    internal int Length => System.Text.Encoding.UTF8.GetByteCount(_text);

    /// <summary>The octets, in UTF-8.</summary>
    internal byte[] Reveal() => System.Text.Encoding.UTF8.GetBytes(_text);

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => Length;

    /// <summary>Asterisks, as many for every secret.</summary>
    public override string ToString() => "***";
}
