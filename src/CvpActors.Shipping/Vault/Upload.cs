using CvpActors.Files;
using CvpActors.Shipping.Delta;
using Microsoft.Win32.SafeHandles;

namespace CvpActors.Shipping.Vault;

/// <summary>
/// A generation that is arriving. A frame is applied to the new file first and kept second, so whatever frames are kept when the process was
/// killed have been applied. After a power cut neither is certain, and only what was flushed before a number of frames was written down counts.
/// </summary>
internal sealed class Upload : IDisposable
{
    /// <summary>What a power cut may cost of a long transfer.</summary>
    private const long BytesPerFlush = 256 << 20;

    /// <summary>What a delta may hold beside the new file's bytes: heads, checks and ranges of its frames.</summary>
    private const long RoomForHeads = 16 << 20;

    private readonly VaultPaths _paths;
    private readonly DeltaHeader _header;
    private readonly SafeFileHandle? _base;
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _delta;
    private readonly DeltaApplier _applier;
    private UploadState _state;
    private long _deltaLength;
    private long _flushedAt;

    private Upload(VaultPaths paths, UploadState state, DeltaHeader header, SafeFileHandle? baseFile, Held held)
    {
        (_paths, _state, _header, _base) = (paths, state, header, baseFile);
        _file = File.OpenHandle(paths.IncomingFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _delta = File.OpenHandle(paths.IncomingDelta, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        (_deltaLength, _flushedAt) = (held.DeltaLength, held.DeltaLength);
        RandomAccess.SetLength(_delta, held.DeltaLength);
        _applier = new DeltaApplier(header, baseFile, _file);
        _applier.Skip(held.Frames, held.LiteralBytes);
    }

    /// <summary>So many frames are here already.</summary>
    public int Frames => _applier.Frames;

    /// <summary>Takes an upload up where it stopped, if it is the same one.</summary>
    /// <returns>Null when there is none like it, and another has to begin.</returns>
    public static async Task<Upload?> TryResumeAsync(VaultPaths paths, UploadState wanted, SafeFileHandle? baseFile)
    {
        if (JsonFile.TryRead(paths.IncomingState, VaultJson.Default.UploadState) is not { } state
            || wanted with { DurableFrames = state.DurableFrames, BootId = state.BootId } != state
            || !File.Exists(paths.IncomingFile) || !File.Exists(paths.IncomingDelta))
        {
            return null;
        }

        var isSameRun = state.BootId == wanted.BootId;
        if ((!isSameRun && state.DurableFrames == 0)
            || await ScanAsync(paths.IncomingDelta, isSameRun ? int.MaxValue : state.DurableFrames) is not { } held)
        {
            return null;
        }

        var upload = new Upload(paths, state with { BootId = wanted.BootId }, held.Header, baseFile, held);
        if (!isSameRun)
        {
            // What did not count is cut off; from here on what is written counts again, flushed or not.
            JsonFile.Write(paths.IncomingState, upload._state, VaultJson.Default.UploadState);
        }

        return upload;
    }

    /// <summary>Begins; <see cref="VaultPaths.IncomingFile"/> holds the base's bytes when there is one.</summary>
    public static Upload Begin(VaultPaths paths, UploadState state, DeltaHeader header, SafeFileHandle? baseFile)
    {
        File.WriteAllBytes(paths.IncomingDelta, header.Encode());
        JsonFile.Write(paths.IncomingState, state, VaultJson.Default.UploadState);
        return new Upload(paths, state, header, baseFile, new Held(header, 0, DeltaFormat.HeaderBytes, 0));
    }

    /// <summary>Takes in a stream of header and frames from <see cref="Frames"/> on, to the end of the delta.</summary>
    /// <exception cref="DeltaFormatException">It is not what was announced.</exception>
    /// <exception cref="EndOfStreamException">The connection was cut; what has arrived is kept.</exception>
    public async Task ReceiveAsync(Stream stream, CancellationToken cancellation)
    {
        var reader = new DeltaReader(stream);
        var header = await reader.ReadHeaderAsync(cancellation);
        if (header != _header)
        {
            throw new DeltaFormatException("the delta is not the one that the ticket was issued for");
        }

        while (Take(await reader.ReadFrameAsync(cancellation)))
        {
        }
    }

    /// <summary>Returns when all is on the disk and the file has the announced SHA-256; false when it has another one.</summary>
    public async Task<bool> VerifyAsync(CancellationToken cancellation)
    {
        var flush = Task.Run(() => RandomAccess.FlushToDisk(_file), cancellation);
        var sha256 = await Task.Run(() => Sha256File.Compute(_paths.IncomingFile, cancellation), cancellation);
        await flush;
        return sha256 == _state.Manifest.Sha256;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _applier.Dispose();
        _file.Dispose();
        _delta.Dispose();
        _base?.Dispose();
    }

    private bool Take(RawFrame frame)
    {
        // Bounded by what was announced: a small delta must not fill the disk, however often it writes the same place.
        if (_deltaLength + frame.Bytes.Length > _header.NewLength + RoomForHeads)
        {
            throw new DeltaFormatException($"the delta is longer than the file of {_header.NewLength} bytes that it makes");
        }

        var goesOn = _applier.Apply(frame);
        if (_applier.LiteralBytes > _header.NewLength)
        {
            throw new DeltaFormatException($"the delta makes more than the {_header.NewLength} bytes that were announced");
        }

        RandomAccess.Write(_delta, frame.Bytes.Span, _deltaLength);
        _deltaLength += frame.Bytes.Length;
        if (goesOn && _deltaLength - _flushedAt >= BytesPerFlush)
        {
            RandomAccess.FlushToDisk(_file);
            RandomAccess.FlushToDisk(_delta);
            _state = _state with { DurableFrames = _applier.Frames };
            JsonFile.Write(_paths.IncomingState, _state, VaultJson.Default.UploadState);
            _flushedAt = _deltaLength;
        }

        return goesOn;
    }

    /// <summary>Counts the whole frames of a delta that may have been cut anywhere; null when not even its header is whole.</summary>
    private static async Task<Held?> ScanAsync(string file, int most)
    {
        await using var stream = DeltaReader.Open(file);
        var reader = new DeltaReader(stream);
        Held? held = null;
        try
        {
            var header = await reader.ReadHeaderAsync(CancellationToken.None);
            var coding = new RangeCoding(header);
            held = new Held(header, 0, DeltaFormat.HeaderBytes, 0);
            while (held.Frames < most)
            {
                var frame = await reader.ReadFrameAsync(CancellationToken.None);
                if (frame.Kind == FrameKind.End)
                {
                    break;
                }

                held = new Held(header, held.Frames + 1, held.DeltaLength + frame.Bytes.Length, held.LiteralBytes + coding.LiteralBytesOf(frame));
            }
        }
        catch (Exception cause) when (cause is EndOfStreamException or DeltaFormatException)
        {
            // The frame that was cut off comes again.
        }

        return held;
    }

    private sealed record Held(DeltaHeader Header, int Frames, long DeltaLength, long LiteralBytes);
}
