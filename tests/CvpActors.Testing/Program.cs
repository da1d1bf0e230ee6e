using System.Globalization;
using CvpActors.Backups;
using CvpActors.Domain.Restores;
using CvpActors.Engines.Sqlite;
using Microsoft.Data.Sqlite;

namespace CvpActors.Testing;

/// <summary>The second process of a test: what it does is its first argument. It says on its output when it has got where the test wants it.</summary>
public static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["hold-lock", var directory, var token]:
                using (new RunLockFile(directory).Take(long.Parse(token, CultureInfo.InvariantCulture)))
                {
                    Console.WriteLine("held");
                    await Console.In.ReadLineAsync();
                }

                return 0;

            case ["write", var database]:
                await WriteForeverAsync(database);
                return 0;

            case ["back-up-forever", var database, var directory]:
                await BackUpForeverAsync(database, directory);
                return 0;

            case ["restore-slowly", var database, var backup]:
                await RestoreSlowlyAsync(database, backup);
                return 0;

            default:
                await Console.Error.WriteLineAsync("unknown arguments: " + string.Join(' ', arguments));
                return 2;
        }
    }

    // Each transaction writes the same number into two tables: a copy that mixes two moments shows two numbers.
    private static async Task WriteForeverAsync(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Default Timeout=60");
        connection.Open();
        for (long n = 1; ; n++)
        {
            using var command = connection.CreateCommand();
            command.CommandText =
                $"BEGIN IMMEDIATE; UPDATE first SET n = {n}; UPDATE second SET n = {n}; "
                + $"UPDATE call SET payload = hex(randomblob(200)) WHERE id = 1 + abs(random()) % 2000; COMMIT;";
            await command.ExecuteNonQueryAsync();
            await Console.Out.WriteLineAsync(n.ToString(CultureInfo.InvariantCulture));
        }
    }

    // Over the live database; it stays where half of the pages are written, to be killed there.
    private static async Task RestoreSlowlyAsync(string database, string backup)
    {
        var run = TestRun.Create(progress: told =>
        {
            if (told.Done > told.Total / 2)
            {
                Console.WriteLine("in the middle");
                Console.In.ReadLine();
            }
        });
        await using var staged = await new SqliteRestorer(new SqliteOptions(database), TimeProvider.System).StageAsync(backup, RestoreOrder.Live, toBePurged: false, run, CancellationToken.None);
        await staged.PublishAsync(run, CancellationToken.None);
    }

    private static async Task BackUpForeverAsync(string database, string directory)
    {
        var engine = new SqliteEngine(new SqliteOptions(database));
        var files = new BackupFileSet("reporting", directory, engine, TimeProvider.System, Console.WriteLine);
        files.Recover();
        for (long token = 1; ; token++)
        {
            var made = await files.BackUpAsync(TestRun.Create(token), CancellationToken.None);
            Console.WriteLine($"made {made.Generation}");
        }
    }
}
