using System.Runtime.InteropServices;

namespace CvpActors.Shipping.Delta;

/// <summary>
/// One compressor and one decompressor of zstd, with the old bytes as prefix. The system's own libzstd where it can be loaded, which takes
/// half the time; otherwise a managed one, which makes and reads the same frames. Not for two threads at once.
/// </summary>
internal abstract class ZstdCodec : IDisposable
{
    /// <summary>Level 3: above it, a prefix gains little and costs much.</summary>
    public const int DefaultLevel = 3;

    /// <summary>Level 1 for files that are sent as a whole: without a prefix, level 3 saves two bytes of a hundred and takes twice the time or more.</summary>
    public const int WholeLevel = 1;

    /// <summary>Whether the system's libzstd is there.</summary>
    public static bool HasNative => NativeZstd.IsLoaded;

    /// <summary>The fastest there is.</summary>
    public static ZstdCodec Create(int level = DefaultLevel, bool managed = false) =>
        managed || !NativeZstd.IsLoaded ? new ManagedZstd(level) : new NativeZstd(level);

    /// <summary>Compresses <paramref name="content"/>.</summary>
    /// <returns>The length in <paramref name="compressed"/>; 0 when it has no room for it, and the content is better stored as it is.</returns>
    public abstract unsafe int Compress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content, Span<byte> compressed);

    /// <summary>Makes exactly the bytes that <paramref name="content"/> has room for.</summary>
    /// <exception cref="DeltaFormatException">The frame is damaged, or makes more or less than that.</exception>
    public abstract unsafe void Decompress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> compressed, Span<byte> content);

    /// <inheritdoc/>
    public abstract void Dispose();

    private protected static DeltaFormatException Damaged(string cause) => new($"the content of a frame cannot be decompressed: {cause}");

    private protected static DeltaFormatException OtherLength(long made, int announced) => new($"the content of a frame is {made} bytes instead of {announced}");
}

internal sealed unsafe class ManagedZstd : ZstdCodec
{
    private readonly ZstdSharp.Unsafe.ZSTD_CCtx_s* _compressor = ZstdSharp.Unsafe.Methods.ZSTD_createCCtx();
    private readonly ZstdSharp.Unsafe.ZSTD_DCtx_s* _decompressor = ZstdSharp.Unsafe.Methods.ZSTD_createDCtx();

    public ManagedZstd(int level) =>
        ZstdSharp.Unsafe.Methods.ZSTD_CCtx_setParameter(_compressor, ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_compressionLevel, level);

    ~ManagedZstd() => Free();

    public override int Compress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content, Span<byte> compressed)
    {
        fixed (byte* old = prefix, source = content, target = compressed)
        {
            ZstdSharp.Unsafe.Methods.ZSTD_CCtx_refPrefix(_compressor, old, (nuint)prefix.Length);
            var made = ZstdSharp.Unsafe.Methods.ZSTD_compress2(_compressor, target, (nuint)compressed.Length, source, (nuint)content.Length);
            return ZstdSharp.Unsafe.Methods.ZSTD_isError(made) ? 0 : (int)made;
        }
    }

    public override void Decompress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> compressed, Span<byte> content)
    {
        fixed (byte* old = prefix, source = compressed, target = content)
        {
            ZstdSharp.Unsafe.Methods.ZSTD_DCtx_refPrefix(_decompressor, old, (nuint)prefix.Length);
            var made = ZstdSharp.Unsafe.Methods.ZSTD_decompressDCtx(_decompressor, target, (nuint)content.Length, source, (nuint)compressed.Length);
            if (ZstdSharp.Unsafe.Methods.ZSTD_isError(made))
            {
                throw Damaged(ZstdSharp.Unsafe.Methods.ZSTD_getErrorName(made));
            }

            if ((long)made != content.Length)
            {
                throw OtherLength((long)made, content.Length);
            }
        }
    }

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        ZstdSharp.Unsafe.Methods.ZSTD_freeCCtx(_compressor);
        ZstdSharp.Unsafe.Methods.ZSTD_freeDCtx(_decompressor);
    }
}

internal sealed unsafe partial class NativeZstd : ZstdCodec
{
    private const string Library = "cvp-zstd";
    private const int CompressionLevel = 100;

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"] : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib"] : ["libzstd.so.1"];
    private static readonly nint Handle = Load();

    private readonly nint _compressor = CreateCompressor();
    private readonly nint _decompressor = CreateDecompressor();

    public NativeZstd(int level) => SetParameter(_compressor, CompressionLevel, level);

    ~NativeZstd() => Free();

    public static bool IsLoaded => Handle != 0;

    public override int Compress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> content, Span<byte> compressed)
    {
        fixed (byte* old = prefix, source = content, target = compressed)
        {
            ReferCompressor(_compressor, old, (nuint)prefix.Length);
            var made = Compress(_compressor, target, (nuint)compressed.Length, source, (nuint)content.Length);
            return IsError(made) != 0 ? 0 : (int)made;
        }
    }

    public override void Decompress(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> compressed, Span<byte> content)
    {
        fixed (byte* old = prefix, source = compressed, target = content)
        {
            ReferDecompressor(_decompressor, old, (nuint)prefix.Length);
            var made = Decompress(_decompressor, target, (nuint)content.Length, source, (nuint)compressed.Length);
            if (IsError(made) != 0)
            {
                throw Damaged(Marshal.PtrToStringUTF8(ErrorName(made)) ?? "an unknown error");
            }

            if ((long)made != content.Length)
            {
                throw OtherLength((long)made, content.Length);
            }
        }
    }

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static nint Load()
    {
        var handle = Names.Select(name => NativeLibrary.TryLoad(name, out var loaded) ? loaded : 0).FirstOrDefault(loaded => loaded != 0);
        if (handle != 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeZstd).Assembly, (name, _, _) => name == Library ? handle : 0);
        }

        return handle;
    }

    private void Free()
    {
        _ = FreeCompressor(_compressor);
        _ = FreeDecompressor(_decompressor);
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateCompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    private static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_refPrefix")]
    private static partial nuint ReferCompressor(nint context, byte* prefix, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    private static partial nuint Compress(nint context, byte* target, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateDecompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_refPrefix")]
    private static partial nuint ReferDecompressor(nint context, byte* prefix, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static partial nuint Decompress(nint context, byte* target, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint code);
}
