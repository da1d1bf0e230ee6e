using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;
using CvpActors.Testing.Contracts;

namespace CvpActors.Engines.Command.Tests;

/// <summary>A folder of lines, dumped by a script that ends with a mark, by which another one tells a whole dump.</summary>
public sealed class CommandEngineContract : DatabaseEngineContract
{
    protected override IDatabaseEngine Create(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "lines"), "one\ntwo\nthree\n");
        return new CommandEngine(Script.Of($"cat '{directory}/lines'; echo end", verify: "test \"$(tail -n 1 \"$CVP_FILE\")\" = end"));
    }
}

/// <summary>A file of lines, purged by a script.</summary>
public sealed class CommandPurgerContract : PurgerContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public CommandPurgerContract() => File.WriteAllText(Rows, "old\nold\nnew\nold\n");

    protected override IPurger Purger => new CommandPurger(
        Script.Of("true", purge: $"grep -c old '{Rows}' || true; if [ \"$1\" = false ]; then sed -i /old/d '{Rows}'; fi"), TimeProvider.System);

    protected override PurgePlan Plan { get; } = PurgePlan.Create(
        [new RetentionCategory("call", "call", "at", TimestampFormat.Native, TimeSpan.FromDays(30), Parent: null)], batchRows: 1000, TimeSpan.Zero);

    protected override long OldRows => File.ReadAllLines(Rows).Count(line => line == "old");

    private string Rows => _directory.File("rows");

    public void Dispose() => _directory.Dispose();
}
