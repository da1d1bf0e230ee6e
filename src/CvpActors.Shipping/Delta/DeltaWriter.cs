using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Delta;

/// <summary>Writes a delta: frames are made by several threads, and written in their order.</summary>
internal static class DeltaWriter
{
    /// <summary>Writes header, frames from <paramref name="firstFrame"/> on, and the end.</summary>
    /// <param name="plan">What is written.</param>
    /// <param name="newFile">The file that the delta makes.</param>
    /// <param name="oldFile">The file that it is made from; null without one.</param>
    /// <param name="firstFrame">So many frames are where they belong already.</param>
    /// <param name="write">Takes the bytes; they are valid until it returns.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task WriteAsync(
        DeltaPlan plan,
        SafeFileHandle newFile,
        SafeFileHandle? oldFile,
        int firstFrame,
        Func<ReadOnlyMemory<byte>, ValueTask> write,
        CancellationToken cancellation)
    {
        await write(plan.Header.Encode());
        var level = oldFile is null ? ZstdCodec.WholeLevel : ZstdCodec.DefaultLevel;
        var encoders = new Stack<FrameEncoder>(Enumerable.Range(0, Cores.Used).Select(_ => new FrameEncoder(plan.Header, newFile, oldFile, level)));
        var underWay = new Queue<Task<(FrameEncoder Encoder, EncodedFrame Frame)>>();
        var next = firstFrame;
        try
        {
            BeginMore();
            while (underWay.TryDequeue(out var made))
            {
                var (free, encoded) = await made;
                encoders.Push(free);
                using (encoded)
                {
                    // The next frame is made while this one is on its way.
                    BeginMore();
                    await write(encoded.Bytes);
                }
            }

            using var end = FrameEncoder.End(plan.Frames.Count);
            await write(end.Bytes);
        }
        finally
        {
            // None may go on reading the files when they are closed.
            foreach (var made in underWay)
            {
                try
                {
                    var (encoder, frame) = await made;
                    frame.Dispose();
                    encoders.Push(encoder);
                }
                catch (Exception)
                {
                    // The first failure is the one that is told.
                }
            }

            while (encoders.TryPop(out var encoder))
            {
                encoder.Dispose();
            }
        }

        void BeginMore()
        {
            while (next < plan.Frames.Count && encoders.TryPop(out var encoder))
            {
                var frame = plan.Frames[next++];
                underWay.Enqueue(Task.Run(() => (encoder, encoder.Encode(frame)), cancellation));
            }
        }
    }
}
