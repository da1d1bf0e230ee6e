using CvpActors.Domain.Ports;
using CvpActors.Domain.Purges;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>
/// Purges of ten thousand random databases, compared with a plain model. A failure names its seed: put it into <see cref="Replayed"/> to see it again.
/// </summary>
public sealed class RandomSchemaTests : IDisposable
{
    private const int Schemas = 10_000;

    // In memory where there is such a place: the disk has nothing to do with what is shown here.
    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "cvp-schemas-" + Guid.NewGuid().ToString("N"))).FullName;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 31, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Seeds of failures that were mended: rows refused by RAISE(ROLLBACK) were forgotten when a batch was lost twice.</summary>
    public static TheoryData<int> Replayed => [553, 764, 871];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_row_goes_that_should_stay_and_none_stays_that_may_go_and_a_dry_run_says_the_same() =>
        await Parallel.ForAsync(0, Schemas, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, _) => await CompareAsync(seed));

    [Theory]
    [MemberData(nameof(Replayed))]
    public async Task What_once_differed_no_longer_does(int seed) => await CompareAsync(seed);

    private async Task CompareAsync(int seed)
    {
        var schema = new RandomSchema(seed, _time.Start);
        var path = Path.Combine(_folder, $"{seed}.db");
        using var database = new SqliteConnection($"Data Source={path};Pooling=False;Foreign Keys=False");
        database.Open();
        Execute(database, schema.Sql);
        try
        {
            var before = Left(database, schema);
            var (foretold, dryFailed) = await PurgeAsync(path, schema.Plan, dryRun: true);
            Assert.Equal(before, Left(database, schema));
            var (result, failed) = await PurgeAsync(path, schema.Plan, dryRun: false);

            var expected = schema.Expect();
            Assert.Equal(Text(expected.Left), Left(database, schema));
            Assert.Equal(expected.Fails, failed is not null);
            Assert.Equal(failed, dryFailed);
            Assert.Equal(Text(foretold), Text(result));
            Assert.Equal(
                expected.Categories.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"),
                result.Categories.OrderBy(c => c.Category).Select(c => $"{c.Category} {(c.Rows, c.Undatable ?? 0, c.Kept?.Sum(k => k.Rows) ?? 0)}"));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{schema.Sql}", e);
        }

        database.Dispose();
        File.Delete(path);
    }

    private async Task<(PurgeResult Result, string? Failure)> PurgeAsync(string path, PurgePlan plan, bool dryRun)
    {
        try
        {
            return (await new SqlitePurger(new SqliteOptions(path), _time).PurgeAsync(plan, dryRun, TestRun.Create(), CancellationToken.None), null);
        }
        catch (PurgeStoppedException stopped) when (stopped.Message.StartsWith("no row of category", StringComparison.Ordinal))
        {
            return (stopped.DeletedSoFar, stopped.Message);
        }
    }

    private static string Text(PurgeResult result) => string.Join("\n", result.Categories.Select(
        c => $"{c.Category}: {c.Rows} rows, {c.Undatable} undatable, {string.Join(", ", c.Kept?.Select(k => $"{k.Rows} kept by {k.Reason}") ?? [])}"));

    private static string Text(IReadOnlyDictionary<string, int[]> left) =>
        string.Join("\n", left.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}: {string.Join(" ", t.Value)}"));

    private static string Left(SqliteConnection database, RandomSchema schema) => Text(schema.TableNames.ToDictionary(name => name, name =>
    {
        using var command = database.CreateCommand();
        command.CommandText = $"SELECT n FROM {name} ORDER BY n";
        using var reader = command.ExecuteReader();
        var rows = new List<int>();
        while (reader.Read())
        {
            rows.Add(reader.GetInt32(0));
        }

        return rows.ToArray();
    }));

    private static void Execute(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
