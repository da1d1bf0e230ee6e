using CvpActors.Benchmarks.Backup;
using CvpActors.Benchmarks.Data;
using CvpActors.Benchmarks.Failover;
using CvpActors.Benchmarks.Fleet;
using CvpActors.Benchmarks.Postgres;
using CvpActors.Benchmarks.Purge;
using CvpActors.Benchmarks.Restore;
using CvpActors.Benchmarks.Rotate;
using CvpActors.Benchmarks.Ship;
using CvpActors.Benchmarks.Start;
using CvpActors.Benchmarks.Storm;
using CvpActors.Benchmarks.Support;

namespace CvpActors.Benchmarks;

/// <summary>One verb a question; each measures us and the peer on the same data in one run and prints a table.</summary>
internal static class Program
{
    private const string Help = """
        CvpActors.Benchmarks VERB [--OPTION VALUE]...

        Each verb answers one question. It runs us and the peer side by side, on the same data, in turns, and prints a
        table of medians with the ratio and the aim. Run it on a machine that does nothing else:

            dotnet run -c Release --project tests/CvpActors.Benchmarks -- backup

          backup    A whole backup (check of the last one, rotation, dump, checksum, verification, flush, publication)
                    while another process writes, beside `sqlite3 .backup` + `sha256sum` + `sync`: time, peak memory.
                      --megabytes 1024     size of the reporting database
                      --writes 100         rows a second that the other process writes
                      --rounds 3
                      --peer-seconds 60    after which the peer is stopped; it starts anew whenever somebody writes
          backup --engine postgres
                    The same of a PostgreSQL database and of its whole server, beside pg_dump and pg_basebackup with the same guarantees by
                    hand, and pgBackRest where it is installed; and what a night's change costs to ship in each form.
                      --scale 70           of pgbench; 70 is about a gigabyte
                      --writes 100         transactions a second meanwhile
                      --rounds 3
          rotate    The rotation of a file set beside `cp` + `sync` of the same file: constant time?
                      --megabytes 1024     the largest file; the others are 1/16, 1/8, 1/4 and 1/2 of it
                      --rounds 5
          purge     Rows a second, and how long another process waits for its small inserts meanwhile, beside one
                    DELETE a table.
                      --rows 2000000       rows in the database, a little over half of them old enough to go
                      --rounds 3
                      --target-time 50     milliseconds, as in the configuration: how long a batch should hold the write lock
                      --batch-rows 10000   the most rows of a batch
                      --batch-pause 0      milliseconds
          purge --engine postgres
                    One day of thirty, of a partitioned and of a plain table, beside one DELETE and batches of intervals.
                      --rows 10000000
                      --rounds 3
                      --target-time 50     as for purge, and --batch-rows
          restore   A restore of ours, proof of the source included, beside the bare tool: SQLite to a new file and over the live one, a program, a
                    PostgreSQL dump and base backup.
                      --megabytes 1024     of the SQLite database
                      --scale 70           of pgbench
                      --rounds 3
          start     From process start to 200 of /healthz/ready, and resident memory idle; on an empty data directory
                    and on one that exists.
                      --rounds 5
                      --idle-seconds 10    after which memory is read
                      --node PATH          CvpActors.Node.dll; by default the one built with this program
          failover  A node of three is killed, told to stop, or frozen: until the next answer and the next run at another
                    node, and whether anything ran twice at once; beside the same nodes with Akka's default settings, and
                    Quartz.NET's clustered job store, as it ships and tuned, on the same PostgreSQL.
                      --rounds 3           a round takes some ten minutes; 0: only what --load-minutes asks for
                      --freeze-seconds 30
                      --load-minutes 0     more than 0: afterwards also compares settings of the failure detector, each for
                                           so long on a busy machine: how soon they see a death, how often they see none
                      --node PATH          as for start
                      --out PATH           writes every single figure, as comma-separated values

          fleet     One node with a thousand databases: until all are connected, at the first start and at the next; lists
                    while all fall due; idle memory for each.
                      --databases 1000
                      --idle-seconds 20    after which memory is read
                      --node PATH          as for start
          storm     Ten thousand databases due at the same instant, with agents that answer at once: until each has been granted with all
                    of it persisted, beside Quartz.NET's clustered job store firing as many triggers, on the same PostgreSQL.
                      --databases 10000
                      --rounds 3
          ship      A night's backup at another place, verified and flushed, by two of our nodes, beside rsync's daemon (as it is, and tuned), restic,
                    borg and cp: time, bytes that travel, room for thirty nights, memory. Needs rsync, restic and borg; link and first need
                    root (networks of their own), and so does next (an empty page cache).
                      --megabytes 720      size of the reporting database, of which a seventh or so changes in a night
                      --rounds 3
                      --only next,first,link,text,thirty,memory
                                           next night, first copy, a link of 100 Mbit/s, text dumps, thirty nights kept, memory for a large file
                      --small-megabytes 120  the database of the thirty nights
                      --gigabytes 10       the file whose shipment's memory is measured; six times that must be free
                      --node PATH          as for start
                                           the data is made once for each --directory and size, and stays there when --directory is given
          soak      Random faults to a cluster of four, each in a network of its own, as long as one wants: the history of what
                    the databases saw is checked. Needs root, and the tests built.
                      --faults 200
                      --seed N             the same seed, the same faults; by default a new one, which is printed

          --directory PATH   for all verbs: where the data goes (removed afterwards); by default the system's temporary
                             directory. It must be on a disk, not in memory, with room for six times the database.

        Linux only (memory is read from /proc); needs sqlite3, sha256sum, cp and sync;
        failover, restore and --engine postgres need PostgreSQL's server.
        Exit codes: 0 measured, 1 a run failed, 2 wrong arguments.
        """;

    private static async Task<int> Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["backup", "--engine", "postgres", .. var rest]:
                    await PostgresBackupBenchmark.RunAsync(Arguments.Parse(rest, "scale", "writes", "rounds", "directory"));
                    return 0;
                case ["purge", "--engine", "postgres", .. var rest]:
                    await PostgresPurgeBenchmark.RunAsync(Arguments.Parse(rest, "rows", "rounds", "target-time", "batch-rows", "directory"));
                    return 0;
                case ["backup", .. var rest]:
                    await BackupBenchmark.RunAsync(Arguments.Parse(rest, "megabytes", "writes", "rounds", "peer-seconds", "directory"));
                    return 0;
                case ["rotate", .. var rest]:
                    await RotateBenchmark.RunAsync(Arguments.Parse(rest, "megabytes", "rounds", "directory"));
                    return 0;
                case ["purge", .. var rest]:
                    await PurgeBenchmark.RunAsync(Arguments.Parse(rest, "rows", "rounds", "target-time", "batch-rows", "batch-pause", "directory"));
                    return 0;
                case ["restore", .. var rest]:
                    await RestoreBenchmark.RunAsync(Arguments.Parse(rest, "megabytes", "scale", "rounds", "directory"));
                    return 0;
                case ["start", .. var rest]:
                    await StartBenchmark.RunAsync(Arguments.Parse(rest, "rounds", "idle-seconds", "node", "directory"));
                    return 0;

                case ["failover", .. var rest]:
                    await FailoverBenchmark.RunAsync(Arguments.Parse(rest, "rounds", "freeze-seconds", "load-minutes", "node", "out", "directory"));
                    return 0;

                case ["fleet", .. var rest]:
                    await FleetBenchmark.RunAsync(Arguments.Parse(rest, "databases", "idle-seconds", "node", "directory"));
                    return 0;
                case ["storm", .. var rest]:
                    await StormBenchmark.RunAsync(Arguments.Parse(rest, "databases", "rounds", "directory"));
                    return 0;
                case ["ship", .. var rest]:
                    await ShipBenchmark.RunAsync(Arguments.Parse(rest, "megabytes", "rounds", "only", "small-megabytes", "gigabytes", "node", "directory"));
                    return 0;
                case ["soak", .. var rest]:
                    return await Soak.RunAsync(Arguments.Parse(rest, "faults", "seed"));

                // The benchmark's own child processes.
                case [BackupChild.Verb, var database, var directory]:
                    return await BackupChild.RunAsync(database, directory);
                case [SteadyWriter.Verb, var database, var microseconds]:
                    return await SteadyWriter.RunAsync(database, microseconds);
                case [InsertLoad.Verb, var connection, var insert, var every]:
                    return await InsertLoad.RunAsync(connection, insert, every);
                case [QuartzNode.Verb, var connection, var id, var interval, var threshold]:
                    return await QuartzNode.RunAsync(connection, id, interval, threshold);
                case [BusyMachine.Verb, var file]:
                    return BusyMachine.Run(file);

                case [] or ["--help" or "-h" or "help"]:
                    Console.WriteLine(Help);
                    return 0;
                default:
                    throw new ArgumentsException($"unknown verb {arguments[0]}; allowed: backup, rotate, purge, restore, start, failover, fleet, storm, ship, soak, --help");
            }
        }
        catch (ArgumentsException cause)
        {
            await Console.Error.WriteLineAsync($"CvpActors.Benchmarks: {cause.Message}");
            return 2;
        }
        catch (MeasurementException cause)
        {
            await Console.Error.WriteLineAsync($"CvpActors.Benchmarks: {cause.Message}");
            return 1;
        }
    }
}
