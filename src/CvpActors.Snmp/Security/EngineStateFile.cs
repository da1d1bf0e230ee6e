using System.Runtime.InteropServices;
using System.Text.Json;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>The engine's state in a JSON file: written beside it, flushed, then renamed over it, so that a crash leaves the old or the new one.</summary>
/// <param name="path">The file; its folder is created when missing.</param>
public sealed class EngineStateFile(string path) : IEngineStateStore
{
    /// <inheritdoc />
    public EngineState? Load()
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var id = Octets.FromHex(document.RootElement.GetProperty("engineId").GetString() ?? "");
            var boots = document.RootElement.GetProperty("boots").GetInt32();
            return id.Length is >= 5 and <= 32 && boots >= 1
                ? new EngineState(id, boots)
                : throw Damaged($"an engine id of {id.Length} octets with {boots} boots");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw Damaged(problem.Message, problem);
        }
    }

    /// <inheritdoc />
    public void Save(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var beside = path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            using (var writer = new Utf8JsonWriter(file))
            {
                writer.WriteStartObject();
                writer.WriteString("engineId", state.EngineId.ToHex());
                writer.WriteNumber("boots", state.Boots);
                writer.WriteEndObject();
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        FlushFolder(folder);
    }

    private InvalidDataException Damaged(string what, Exception? cause = null) => new(
        $"{path} does not hold the SNMP engine's id and boots ({what}); restore it from a backup, or delete it: "
        + "a new engine id is then made up, which receivers of SNMPv3 traps must be told",
        cause);

    // The rename itself lives in the folder, and .NET opens no folders.
    private static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var descriptor = Open(System.Text.Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0)
            throw new IOException($"cannot open {folder} to flush it (errno {Marshal.GetLastPInvokeError()})");
        var result = Flush(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
            throw new IOException($"cannot flush {folder} (errno {error})");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
