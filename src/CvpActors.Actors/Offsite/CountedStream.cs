using CvpActors.Domain.Offsite;
using CvpActors.Domain.Running;

namespace CvpActors.Actors.Offsite;

/// <summary>Tells how many bytes have come, and refuses more than were said: what fills the disk must not be another's mistake.</summary>
internal sealed class CountedStream(Stream inner, long expected, IProgress<RunProgress> progress) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position { get => _written; set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_written + buffer.Length > expected)
        {
            throw new GenerationUnavailableException($"more bytes came than the {expected} that the remote had told");
        }

        await inner.WriteAsync(buffer, cancellationToken);
        _written += buffer.Length;
        progress.Report(new RunProgress(_written, expected, "bytes"));
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
