namespace CvpActors.Shipping.Delta;

/// <summary>
/// The format "cvp delta", version 1: what turns an old file into a new one. All numbers are little-endian; "varint" is LEB128, seven bits a
/// byte, the lowest first; "zigzag" is a varint of <c>(n &lt;&lt; 1) ^ (n &gt;&gt; 63)</c>.
/// <code>
/// delta   = header frame* end
/// header  = "CVPD" version:u8(=1) unit:u32 newLength:u64 oldLength:u64 newSha256:32 bytes oldSha256:32 bytes check
/// frame   = kind:u8 size:u32 body:size bytes check
/// check   = XXH3 (64 bits, seed 0) over everything from the kind (or the magic) to here: u64
///
/// kind 1, copies:   count:varint { targetGap:zigzag sourceGap:zigzag length:varint }*
/// kind 2, literals: flags:u8 targets [prefixes] content
///     flags   bit 0: the prefixes are the targets, read from the old file, and not listed
///             bit 1: content is the bytes themselves; otherwise one zstd frame (RFC 8878) whose prefix (ZSTD_CCtx_refPrefix) is the bytes
///                    of the prefixes, one after the other, read from the old file
///     targets, prefixes = count:varint { gap:zigzag length:varint }*
/// kind 3, end:      frames:varint, the number of frames before it
/// </code>
/// Offsets and lengths count units of <c>unit</c> bytes; a range that would pass the end of its file ends there. A gap is the distance from
/// the end of the range before it in the same list (0 at first). In a copy, the target's gap is from the former target's end, the source's
/// from the former source's end.
/// Whatever no frame names is in the new file as it is in the old one, at the same place. Frames stand for themselves: each reads the old file
/// only, so they may be applied in any order and more than once. The new file's length and SHA-256 tell whether all went well.
/// No frame makes more than <see cref="MaxLiteralBytes"/>, nor is longer than <see cref="MaxBodyBytes"/>, nor holds more than
/// <see cref="MaxRanges"/> ranges; whoever reads a delta refuses what is over.
/// A delta without an old file has an <c>oldLength</c> of 0 and an <c>oldSha256</c> of zeros.
/// </summary>
internal static class DeltaFormat
{
    /// <summary>The first four bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "CVPD"u8;

    /// <summary>The version that this code writes and reads.</summary>
    public const byte Version = 1;

    /// <summary>The length of a header, in bytes.</summary>
    public const int HeaderBytes = 4 + 1 + 4 + 8 + 8 + 32 + 32 + CheckBytes;

    /// <summary>The length of a check, in bytes.</summary>
    public const int CheckBytes = 8;

    /// <summary>Kind and size of a frame, in bytes.</summary>
    public const int FrameHeadBytes = 1 + 4;

    /// <summary>The most bytes of the new file that one frame makes, and the most of the old one that it reads as prefix.</summary>
    public const int MaxLiteralBytes = 4 << 20;

    /// <summary>The longest body of a frame: literals that do not compress, and their ranges.</summary>
    public const int MaxBodyBytes = MaxLiteralBytes + (1 << 20);

    /// <summary>The most ranges in one list.</summary>
    public const int MaxRanges = 1 << 16;

    /// <summary>The largest unit: SQLite's largest page.</summary>
    public const int MaxUnit = 1 << 16;
}

/// <summary>What kind of frame follows.</summary>
internal enum FrameKind : byte
{
    Copies = 1,
    Literals = 2,
    End = 3,
}

/// <summary>A delta that does not follow <see cref="DeltaFormat"/>, or does not fit the files.</summary>
public sealed class DeltaFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DeltaFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public DeltaFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
