using CvpActors.Backups;
using CvpActors.Benchmarks.Support;
using CvpActors.Domain.Backups;
using CvpActors.Files;

namespace CvpActors.Benchmarks.Rotate;

/// <summary>Does a rotation take the same time however large the file is?</summary>
internal static class RotateBenchmark
{
    private const double ConstantWithin = 2;

    public static async Task RunAsync(Arguments arguments)
    {
        var largest = arguments.Number("megabytes", 1024);
        var rounds = arguments.Number("rounds", 5);
        using var work = WorkDirectory.Create(arguments, 4L * largest);
        Machine.Describe("before");
        var table = new Table($"median of {rounds}", "rotation", "letting go of the former old", "cp + sync", "ratio (rotation to cp)");
        var rotations = new List<TimeSpan>();

        // The first rotation of a process compiles the code that rotates.
        await MeasureAsync(work, 1, 1);
        foreach (var megabytes in new[] { 16, 8, 4, 2, 1 }.Select(part => Math.Max(1, largest / part)))
        {
            var (rotate, forget, copy) = await MeasureAsync(work, megabytes, rounds);
            rotations.Add(rotate);
            table.Add(
                $"{megabytes} MB",
                Figures.Milliseconds(rotate.TotalMilliseconds),
                Figures.Milliseconds(forget.TotalMilliseconds),
                Figures.Milliseconds(copy.TotalMilliseconds),
                $"{rotate / copy:0.0000}");
        }

        table.Print();
        // A disk that is busy with others makes a flush of any size slow: what counts is whether time grows with the file.
        var growth = rotations[^1] / rotations[0];
        Console.WriteLine($"aim: constant time; the largest file's to the smallest's, 1/16 of it: {Figures.Ratio(growth)} (at most {ConstantWithin}): {Figures.Met(growth <= ConstantWithin)}");
        Console.WriteLine("a rotation is two links, a rename and two manifests flushed; \"letting go\" is unlinking the oldest file once the new backup is published");
        Console.WriteLine("the last backup's checksum is checked before, which reads the file: that is part of `backup`");
        Machine.Describe("after");
    }

    private static async Task<(TimeSpan Rotate, TimeSpan Forget, TimeSpan Copy)> MeasureAsync(WorkDirectory work, int megabytes, int rounds)
    {
        var time = TimeProvider.System;
        var directory = work.Sub("set");
        var paths = new BackupPaths(directory, []);
        List<TimeSpan> rotate = [], forget = [], copy = [];
        for (var round = 0; round < rounds; round++)
        {
            var last = Fill(paths.Current, megabytes, 2);
            Fill(paths.Old, megabytes, 1);
            await Tool.SettleAsync();
            if (round % 2 == 1)
            {
                copy.Add(await CopyAsync(work, paths));
            }

            var rotation = new Rotation(paths, Disk.Real, _ => { });
            var started = time.GetTimestamp();
            rotation.Rotate(last);
            rotate.Add(time.GetElapsedTime(started));

            // In a backup, the new file takes the current name before the former old goes.
            File.Delete(paths.Current);
            started = time.GetTimestamp();
            rotation.Forget();
            forget.Add(time.GetElapsedTime(started));
            if (round % 2 == 0)
            {
                File.Copy(paths.Old, paths.Current);
                await Tool.SettleAsync();
                copy.Add(await CopyAsync(work, paths));
            }

            Directory.Delete(directory, recursive: true);
            Directory.CreateDirectory(directory);
        }

        return (Statistics.Median(rotate), Statistics.Median(forget), Statistics.Median(copy));
    }

    private static async Task<TimeSpan> CopyAsync(WorkDirectory work, BackupPaths paths)
    {
        var target = work.File("copy");
        var copied = await Tool.RunAsync("cp", paths.Current, target);
        var flushed = await Tool.RunAsync("sync", target);
        File.Delete(target);
        return copied.Elapsed + flushed.Elapsed;
    }

    private static BackupManifest Fill(string path, int megabytes, long generation)
    {
        var block = new byte[1 << 20];
        Random.Shared.NextBytes(block);
        using (var file = File.Create(path, 1))
        {
            for (var i = 0; i < megabytes; i++)
            {
                file.Write(block);
            }
        }

        var now = TimeProvider.System.GetUtcNow();
        var manifest = new BackupManifest("reporting", "sqlite", generation, (long)megabytes << 20, new string('0', 64), now, now);
        ManifestFile.Write(BackupNames.ManifestOf(path), manifest, Disk.Real);
        return manifest;
    }
}
