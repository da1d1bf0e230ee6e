using System.Numerics;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// Cuts bytes where a rolling hash of the last 64 says so, so that what is put in moves the cuts near it only: 4 KiB on average. A gear hash:
/// each byte's random number is added to twice the hash, so that a byte is forgotten after 64 more.
/// </summary>
internal static class ContentCut
{
    /// <summary>No piece is shorter, but the file's last.</summary>
    public const int Shortest = 1 << 10;

    /// <summary>No piece is longer.</summary>
    public const int Longest = 1 << 14;

    /// <summary>Bits of the hash that are zero at a cut: one in 4,096, after the shortest.</summary>
    private const ulong CutMask = 0xFFF0_0000_0000_0000;

    private static readonly ulong[] Gear = MakeGear();

    /// <summary>The length of the first piece of <paramref name="bytes"/>; all of it when no cut is in it.</summary>
    public static int Next(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= Shortest)
        {
            return bytes.Length;
        }

        var end = Math.Min(bytes.Length, Longest);
        ulong hash = 0;
        for (var i = Shortest - 64; i < end; i++)
        {
            hash = (hash << 1) + Gear[bytes[i]];
            if ((hash & CutMask) == 0 && i >= Shortest)
            {
                return i + 1;
            }
        }

        return end;
    }

    // The numbers are part of no format: each side cuts for itself. They must only be the same from one night to the next.
    private static ulong[] MakeGear()
    {
        var gear = new ulong[256];
        var state = 0x9E37_79B9_7F4A_7C15UL;
        for (var i = 0; i < gear.Length; i++)
        {
            // splitmix64
            state += 0x9E37_79B9_7F4A_7C15UL;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EBUL;
            gear[i] = BitOperations.RotateLeft(mixed ^ (mixed >> 31), 7);
        }

        return gear;
    }
}
