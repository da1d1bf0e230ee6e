using System.Security.Cryptography;

namespace CvpActors.Files;

/// <summary>The SHA-256 of a file's bytes, in the form manifests hold it.</summary>
public static class Sha256File
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads the whole file in bounded memory: 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, at the latest after another mebibyte.</exception>
    public static string Compute(string path, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        long offset = 0;
        for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
