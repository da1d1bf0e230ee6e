namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>
/// The wall clock of one process, as its system calls tell it: libfaketime reads it from a file again and again. Its monotonic clock, and how
/// long the machine has been up, are the real ones.
/// </summary>
internal sealed class FakeClock(string file)
{
    /// <summary>What starts a process with this clock.</summary>
    public IReadOnlyList<string> Launcher
    {
        get
        {
            if (!File.Exists(file))
            {
                Set("+0");
            }

            return ["env", .. Fixed(null).Select(v => $"{v.Name}={v.Value}"), $"FAKETIME_TIMESTAMP_FILE={file}"];
        }
    }

    /// <summary>The environment of a process whose clock differs by <paramref name="offset"/> for good.</summary>
    public static IEnumerable<(string Name, string Value)> Fixed(string? offset)
    {
        var library = new[] { "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("these tests need libfaketime: apt-get install libfaketime");
        yield return ("LD_PRELOAD", library);
        yield return ("FAKETIME_DONT_FAKE_MONOTONIC", "1");

        // Else each wait of .NET's returns at once, and the process spins.
        yield return ("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        yield return ("FAKETIME_CACHE_DURATION", "1");
        if (offset is not null)
        {
            yield return ("FAKETIME", offset);
        }
    }

    /// <param name="offset">In the words of faketime: <c>+42d</c>, <c>-13h</c>, <c>+0</c>.</param>
    public void Set(string offset) => File.WriteAllText(file, offset + "\n");
}
