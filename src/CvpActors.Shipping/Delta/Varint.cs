namespace CvpActors.Shipping.Delta;

/// <summary>Whole numbers in as few bytes as they need.</summary>
internal static class Varint
{
    /// <summary>Appends <paramref name="value"/>.</summary>
    public static void Write(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }

    /// <summary>Appends <paramref name="value"/>, small ones of either sign in one byte.</summary>
    public static void WriteSigned(List<byte> bytes, long value) => Write(bytes, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Reads one and moves <paramref name="bytes"/> behind it.</summary>
    /// <exception cref="DeltaFormatException">There is none.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0, shift = 0; i < bytes.Length && shift < 64; i++, shift += 7)
        {
            value |= (ulong)(bytes[i] & 0x7f) << shift;
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new DeltaFormatException("a number in the delta is cut off or too long");
    }

    /// <summary>Reads one of <see cref="WriteSigned"/>.</summary>
    public static long ReadSigned(ref ReadOnlySpan<byte> bytes)
    {
        var value = Read(ref bytes);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
