namespace CvpActors.Shipping.Vault;

/// <summary>A limit that holds between two times of the day.</summary>
/// <param name="From">From this time on, in the limit's time zone.</param>
/// <param name="To">Up to this time; before <paramref name="From"/> when it passes midnight.</param>
/// <param name="BytesPerSecond">How fast; 0 for as fast as it goes.</param>
public sealed record BandwidthWindow(TimeOnly From, TimeOnly To, long BytesPerSecond);

/// <summary>How fast bytes may come, all streams together. Whoever reads too fast waits, and so does, through TCP, whoever sends.</summary>
/// <param name="bytesPerSecond">Outside all windows; 0 for as fast as it goes.</param>
/// <param name="windows">The first that holds is the one that counts.</param>
/// <param name="time">The clock; windows are in its local time zone.</param>
public sealed class BandwidthLimit(long bytesPerSecond, IReadOnlyList<BandwidthWindow> windows, TimeProvider time)
{
    /// <summary>Bytes that may come at once after a pause, as a time at the limit.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly Lock _turn = new();
    private long _freeAt;

    /// <summary>The limit at this moment, in bytes a second; 0 for none.</summary>
    public long Present
    {
        get
        {
            var now = TimeOnly.FromTimeSpan(time.GetLocalNow().TimeOfDay);
            return windows.FirstOrDefault(w => now.IsBetween(w.From, w.To))?.BytesPerSecond ?? bytesPerSecond;
        }
    }

    /// <summary>The stream, read no faster than allowed.</summary>
    public Stream Limit(Stream stream) => new LimitedStream(stream, this);

    private async ValueTask WaitAsync(int bytes, CancellationToken cancellation)
    {
        if (Present is not (> 0 and var limit))
        {
            return;
        }

        TimeSpan wait;
        lock (_turn)
        {
            // Each takes its turn behind those before it: the limit is shared without being divided.
            var now = time.GetTimestamp();
            var begins = Math.Max(_freeAt, now - Ticks(Burst));
            _freeAt = begins + Ticks(TimeSpan.FromSeconds((double)bytes / limit));
            wait = time.GetElapsedTime(now, _freeAt);
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellation);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed class LimitedStream(Stream stream, BandwidthLimit limit) : Stream
    {
        /// <summary>Small enough that a slow limit gives an even stream.</summary>
        private const int MostAtOnce = 64 << 10;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await stream.ReadAsync(buffer.Length > MostAtOnce && limit.Present > 0 ? buffer[..MostAtOnce] : buffer, cancellationToken);
            await limit.WaitAsync(read, cancellationToken);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
