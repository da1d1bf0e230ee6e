using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks.Failover;

/// <summary>Another process that keeps every core busy and writes and flushes without a pause, as a neighbour's backup does.</summary>
internal static class BusyMachine
{
    public const string Verb = "busy-machine";
    private const int BlockBytes = 1 << 20;
    private const int FileBlocks = 256;

    /// <summary>Starts it; it goes on until it is disposed.</summary>
    /// <param name="file">What it writes, over and over: 256 MiB.</param>
    public static async Task<Child> StartAsync(string file)
    {
        var child = Child.Start(Verb, file);
        _ = await child.LineAsync();
        return child;
    }

    /// <summary>The process itself: ends when nobody speaks to it any more.</summary>
    public static int Run(string file)
    {
        for (var core = 0; core < Environment.ProcessorCount; core++)
        {
            new Thread(Spin) { IsBackground = true }.Start();
        }

        new Thread(() => Write(file)) { IsBackground = true }.Start();
        Console.WriteLine("busy");
        _ = Console.In.ReadLine();
        return 0;
    }

    private static void Spin()
    {
        for (var x = 1.0; ;)
        {
            x = Math.Sqrt(x + 1);
        }
    }

    private static void Write(string path)
    {
        var block = new byte[BlockBytes];
        Random.Shared.NextBytes(block);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        while (true)
        {
            file.Position = 0;
            for (var i = 0; i < FileBlocks; i++)
            {
                file.Write(block);
            }

            file.Flush(flushToDisk: true);
        }
    }
}
