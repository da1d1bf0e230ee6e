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
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    private long _sent;

    /// <summary>Bytes that were given to the network.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var begun = time.GetTimestamp();
        var (told, frames) = (begun, firstFrame - 1);
        await DeltaWriter.WriteAsync(plan, newFile, oldFile, firstFrame, async bytes =>
        {
            await stream.WriteAsync(bytes, cancellation);
            Interlocked.Add(ref _sent, bytes.Length);
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
