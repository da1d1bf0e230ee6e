using System.IO.Hashing;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// What a delta will hold, before its bytes are read and compressed. The same files give the same plan, so that a transfer that was cut is
/// taken up at the frame where it stopped, without one byte of the delta being kept.
/// </summary>
/// <param name="Header">Which file out of which.</param>
/// <param name="Frames">In the order in which they travel, without the end.</param>
internal sealed record DeltaPlan(DeltaHeader Header, IReadOnlyList<DeltaFrame> Frames)
{
    /// <summary>Bytes of the new file that stand nowhere in the old one.</summary>
    public long LiteralBytes => Frames.OfType<LiteralFrame>().Sum(frame => (long)frame.TargetBytes);

    /// <summary>The plan's identity: 32 hexadecimal digits. Frames of plans with another one do not fit together.</summary>
    public string Digest()
    {
        var hash = new XxHash128();
        hash.Append(Header.Encode());
        var coding = new RangeCoding(Header);
        foreach (var frame in Frames)
        {
            hash.Append(FrameCheck.AsSpan(frame switch
            {
                CopyFrame copies => coding.Encode(copies),
                LiteralFrame literals => coding.Encode(literals, stored: false),
                _ => throw new InvalidOperationException($"no frame: {frame}"),
            }));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
