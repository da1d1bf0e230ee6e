using System.Net;
using CvpActors.Domain.Offsite;
using CvpActors.Shipping.Delta;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Transfer;

/// <summary>A delta as the body of a request: made while it is sent, never as a whole in memory or on the disk.</summary>
internal sealed class DeltaContent(
    DeltaPlan plan,
    SafeFileHandle newFile,
    SafeFileHandle? oldFile,
    int firstFrame,
    IProgress<ShippingProgress> progress,
    TimeProvider time,
    CancellationToken cancellation) : HttpContent
{
    private const int WriteBytes = 64 << 10;

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    /// <summary>A network that takes not even one small piece in this time is gone, whatever it says.</summary>
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(60);

    private long _sent;

    /// <summary>Bytes that were given to the network.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var stalled = new CancellationTokenSource(StalledAfter, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellation);
        var begun = time.GetTimestamp();
        var (told, frames) = (begun, firstFrame - 1);
        await DeltaWriter.WriteAsync(plan, newFile, oldFile, firstFrame, async bytes =>
        {
            for (var left = bytes; left.Length > 0;)
            {
                var piece = left[..Math.Min(left.Length, WriteBytes)];
                stalled.CancelAfter(StalledAfter);
                await stream.WriteAsync(piece, either.Token);
                Interlocked.Add(ref _sent, piece.Length);
                left = left[piece.Length..];
            }

            frames++;
            if (time.GetElapsedTime(told) >= TellEvery)
            {
                told = time.GetTimestamp();
                progress.Report(new ShippingProgress(plan.Header.NewLength, Sent, (double)Math.Max(0, frames) / Math.Max(1, plan.Frames.Count), Sent / time.GetElapsedTime(begun).TotalSeconds));
            }
        }, cancellation);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
