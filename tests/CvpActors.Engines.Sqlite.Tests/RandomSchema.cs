using System.Globalization;
using CvpActors.Domain.Purges;

namespace CvpActors.Engines.Sqlite.Tests;

/// <summary>
/// A database made from a seed: tables with keys of every kind, foreign keys of every action and timing, also to themselves, in circles, and to
/// tables that are not there, triggers that refuse, timestamps in all formats; and which of its rows a purge should leave.
/// </summary>
internal sealed class RandomSchema
{
    private static readonly string[] Actions = ["", " ON DELETE NO ACTION", " ON DELETE RESTRICT", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE SET DEFAULT"];
    private static readonly string[] Timings = ["", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE", " DEFERRABLE INITIALLY IMMEDIATE"];
    private static readonly string[] Raises = ["ABORT, 'no'", "FAIL, 'no'", "ROLLBACK, 'no'", "IGNORE"];

    private readonly Random _random;
    private readonly DateTimeOffset _now;
    private readonly List<Table> _tables = [];
    private readonly List<string> _sql = [];

    public RandomSchema(int seed, DateTimeOffset now)
    {
        _random = new Random(seed);
        _now = now;
        BatchRows = _random.Next(1, 8);
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            _tables.Add(NewTable(_tables.Count));
        }

        for (var i = _random.Next(0, 6); i > 0; i--)
        {
            AddKey(_tables[_random.Next(_tables.Count)], _tables[_random.Next(_tables.Count)]);
        }

        foreach (var table in _tables)
        {
            Create(table);
        }

        foreach (var table in _tables)
        {
            Fill(table);
        }
    }

    /// <summary>Makes the database.</summary>
    public string Sql => "BEGIN; " + string.Join(";\n", _sql) + "; COMMIT";

    public PurgePlan Plan => PurgePlan.Create(_tables.Where(table => table.Category is not null).Select(table => table.Category!), BatchRows, TimeSpan.Zero);

    private int BatchRows { get; }

    public IEnumerable<string> TableNames => _tables.Select(table => table.Name);

    /// <summary>The plain model: what is old goes, but for what the database refuses and what a row refers to that stays.</summary>
    public Expected Expect()
    {
        var rows = _tables.SelectMany(table => table.Rows).ToList();
        foreach (var row in rows)
        {
            row.Goes = row.Table.Category is not null && row.State == RowState.Old && !row.Refused;
        }

        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var row in rows.Where(row => !row.Goes))
            {
                foreach (var parent in row.RefersTo.Where(parent => parent.Goes && parent != row))
                {
                    parent.Goes = false;
                    changed = true;
                }
            }
        }

        var categories = _tables.Where(table => table.Category is not null && table.Rows.Count >= 0).ToDictionary(
            table => table.Category!.Name,
            table => (
                Rows: (long)table.Rows.Count(row => row.Goes),
                Undatable: (long)table.Rows.Count(row => row.State == RowState.Undatable),
                Kept: (long)table.Rows.Count(row => row.State == RowState.Old && !row.Goes)));
        return new Expected(
            _tables.ToDictionary(table => table.Name, table => table.Rows.Where(row => !row.Goes).Select(row => row.Number).Order().ToArray()),
            categories,
            _tables.Any(table => table.Category is not null && table.Rows.Count > 0 && table.Rows.All(row => row.State == RowState.Undatable)));
    }

    private Table NewTable(int number)
    {
        var kind = (KeyKind)_random.Next(6);
        var name = $"t{number}";
        var format = (TimestampFormat)_random.Next(4);
        var category = _random.Next(5) == 0
            ? null
            : new RetentionCategory(name, name.ToUpperInvariant(), "at", format, TimeSpan.FromDays(_random.Next(1, 60)), null);
        return new Table(name, kind, category, format);
    }

    private void AddKey(Table child, Table parent)
    {
        var number = _tables.Sum(table => table.Keys.Count);
        var columns = parent.KeyColumns.Select((_, i) => $"f{number}_{i}").ToArray();
        var named = _random.Next(3) > 0;
        var clause = $"FOREIGN KEY ({string.Join(", ", columns)}) REFERENCES {parent.Name}{(named ? $"({string.Join(", ", parent.KeyColumns.Select(k => k.Name))})" : "")}"
            + Actions[_random.Next(Actions.Length)] + Timings[_random.Next(Timings.Length)];

        // Columns without a type, or a key the other way round, find no index; the rows are the same.
        var typed = _random.Next(4) > 0;
        child.Keys.Add(new Key(parent, [.. columns.Select((column, i) => column + (typed ? " " + parent.KeyColumns[i].Type : ""))], columns, clause, _random.Next(2) == 0));
    }

    private void Create(Table table)
    {
        var withoutRowId = table.Kind is KeyKind.TextWithoutRowId or KeyKind.Composite or KeyKind.Blob;
        var columns = table.KeyColumns.Select(key => $"{key.Name} {key.Type}")
            .Concat([$"at {(_random.Next(2) == 0 ? "" : table.Format is TimestampFormat.UnixSeconds or TimestampFormat.UnixMilliseconds ? "INTEGER" : "TEXT")}", "n INTEGER", "refused INTEGER"])
            .Concat(table.Keys.SelectMany(key => key.Declared))
            .Append($"PRIMARY KEY ({string.Join(", ", table.KeyColumns.Select(key => key.Name))})")
            .Concat(table.Keys.Select(key => key.Clause))
            .ToList();
        if (_random.Next(6) == 0)
        {
            columns.Insert(table.KeyColumns.Length, "gone REFERENCES never_there(id) ON DELETE CASCADE");
        }

        _sql.Add($"CREATE TABLE {table.Name}({string.Join(", ", columns)}){(withoutRowId ? " WITHOUT ROWID" : "")}");
        _sql.AddRange(table.Keys.Where(key => key.Indexed).Select((key, i) => $"CREATE INDEX {table.Name}_i{i} ON {table.Name}({string.Join(", ", key.Columns)})"));
        if (_random.Next(5) == 0)
        {
            table.Refuses = true;
            var raise = Raises[_random.Next(Raises.Length)];
            _sql.Add($"CREATE TRIGGER {table.Name}_refuses BEFORE DELETE ON {table.Name} WHEN old.refused BEGIN SELECT raise({raise}); END");
        }
        else if (_random.Next(6) == 0)
        {
            _sql.Add($"CREATE TABLE {table.Name}_log(n)");
            _sql.Add($"CREATE TRIGGER {table.Name}_logs AFTER DELETE ON {table.Name} BEGIN INSERT INTO {table.Name}_log VALUES (old.n); END");
        }
    }

    private void Fill(Table table)
    {
        for (var i = _random.Next(0, 13); i > 0; i--)
        {
            var (at, state) = NewTime(table);
            var row = new Row(table, table.Rows.Count + 1, NewKey(table, table.Rows.Count), state) { Refused = table.Refuses && _random.Next(4) == 0, At = at };
            table.Rows.Add(row);
        }

        // A row may refer to one that is stored later: who never enforces does not mind.
        if (table == _tables[^1])
        {
            foreach (var row in _tables.SelectMany(t => t.Rows).OrderBy(_ => _random.Next()))
            {
                Insert(row);
            }
        }
    }

    private void Insert(Row row)
    {
        var values = row.Key.Concat([row.At, $"{row.Number}", row.Refused ? "1" : "0"]).ToList();
        var names = row.Table.KeyColumns.Select(key => key.Name).Concat(["at", "n", "refused"]).ToList();
        foreach (var key in row.Table.Keys)
        {
            var parents = key.Parent.Rows;
            if (parents.Count == 0 || _random.Next(3) == 0)
            {
                continue;
            }

            // Some near to each other, so that chains and circles come about.
            var parent = parents[_random.Next(2) == 0 ? _random.Next(parents.Count) : row.Number % parents.Count];
            row.RefersTo.Add(parent);
            names.AddRange(key.Columns);
            values.AddRange(parent.Key);
        }

        _sql.Add($"INSERT INTO {row.Table.Name}({string.Join(", ", names)}) VALUES ({string.Join(", ", values)})");
    }

    private string[] NewKey(Table table, int row) => table.Kind switch
    {
        KeyKind.RowId => [$"{(row * 7) - 20}"],
        KeyKind.Text or KeyKind.TextWithoutRowId => [$"CAST(X'{"4DFC"}{_random.Next(0, 200):X2}{row:X2}' AS TEXT)"],
        KeyKind.Composite => [$"CAST(X'{(_random.Next(2) == 0 ? "FF00" : "61")}' AS TEXT)", $"{row}"],
        KeyKind.Real => [(row + 0.1).ToString(CultureInfo.InvariantCulture)],
        _ => [$"X'{_random.Next(256):X2}{row:X2}'"],
    };

    private (string At, int State) NewTime(Table table)
    {
        var retain = table.Category?.Retain ?? TimeSpan.FromDays(30);
        var cut = _now - retain;
        return _random.Next(7) switch
        {
            0 => (Bad(table.Format), RowState.Undatable),
            1 or 2 => (Write(table.Format, cut + ((_now - cut) * _random.NextDouble())), RowState.Young),
            3 => (Write(table.Format, cut), RowState.Young),
            _ => (Write(table.Format, cut - TimeSpan.FromSeconds(_random.Next(2, 40_000_000))), RowState.Old),
        };
    }

    private string Bad(TimestampFormat format)
    {
        string[] bad = format switch
        {
            TimestampFormat.UnixSeconds => ["NULL", "0", "1772300000000", "'1.2.3'", "'2026-02-01'", "9e999", "x'01'"],
            TimestampFormat.UnixMilliseconds => ["NULL", "0", "1772300000", "'20260228'", "'x'"],
            _ => ["NULL", "0", "''", "'2026.02.28'", "'20260228'", "'9999-12-31'", "'1970-01-01 00:00:00'", "'2026-02-01T00:00:00 '", "1772300000"],
        };
        return bad[_random.Next(bad.Length)];
    }

    private string Write(TimestampFormat format, DateTimeOffset moment)
    {
        // Whole seconds, upwards: the cutoff itself is young.
        moment = DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() + (moment.Ticks % TimeSpan.TicksPerSecond > 0 ? 1 : 0));
        var offset = TimeSpan.FromMinutes(_random.Next(-40, 41) * 15);
        return format switch
        {
            TimestampFormat.UnixSeconds => _random.Next(4) == 0 ? $"'{moment.ToUnixTimeSeconds()}'" : $"{moment.ToUnixTimeSeconds()}",
            TimestampFormat.UnixMilliseconds => $"{moment.ToUnixTimeMilliseconds()}",
            _ => _random.Next(3) switch
            {
                0 => $"'{moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}'",
                1 => $"'{moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}'",
                _ => $"'{moment.ToOffset(offset).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)}'",
            },
        };
    }

    internal sealed record Expected(
        IReadOnlyDictionary<string, int[]> Left, IReadOnlyDictionary<string, (long Rows, long Undatable, long Kept)> Categories, bool Fails);

    private enum KeyKind
    {
        RowId,
        Text,
        TextWithoutRowId,
        Composite,
        Real,
        Blob,
    }

    private sealed record Key(Table Parent, string[] Declared, string[] Columns, string Clause, bool Indexed);

    private sealed record Table(string Name, KeyKind Kind, RetentionCategory? Category, TimestampFormat Format)
    {
        public List<Row> Rows { get; } = [];

        public List<Key> Keys { get; } = [];

        public bool Refuses { get; set; }

        public (string Name, string Type)[] KeyColumns => Kind switch
        {
            KeyKind.RowId => [("id", "INTEGER")],
            KeyKind.Text or KeyKind.TextWithoutRowId => [("id", "TEXT")],
            KeyKind.Composite => [("site", "TEXT"), ("number", "INTEGER")],
            KeyKind.Real => [("id", "REAL")],
            _ => [("id", "BLOB")],
        };

        public bool Equals(Table? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
    }

    private sealed class Row(Table table, int number, string[] key, int state)
    {
        public Table Table { get; } = table;

        public int Number { get; } = number;

        public string[] Key { get; } = key;

        public int State { get; } = state;

        public bool Refused { get; init; }

        public required string At { get; init; }

        public List<Row> RefersTo { get; } = [];

        public bool Goes { get; set; }
    }
}
