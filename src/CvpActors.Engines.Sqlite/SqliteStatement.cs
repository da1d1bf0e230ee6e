using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>A prepared statement of a session; stepped, read, bound and reset by index.</summary>
internal sealed class SqliteStatement(SqliteSession session, sqlite3_stmt statement) : IDisposable
{
    /// <summary>Goes to the next row, waiting for a lock only before the first one.</summary>
    /// <returns>False after the last.</returns>
    public bool Step(CancellationToken cancellation = default)
    {
        var result = TryStep(cancellation);
        session.Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>As <see cref="Step"/>, with the result instead of an error.</summary>
    public int TryStep(CancellationToken cancellation = default)
    {
        var result = raw.sqlite3_step(statement);
        if ((result & 0xff) is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED))
        {
            return result;
        }

        return session.RetryWhileBusy(
            () =>
            {
                _ = raw.sqlite3_reset(statement);
                return raw.sqlite3_step(statement);
            },
            cancellation);
    }

    /// <summary>Runs a statement that gives no rows, and is ready to run again.</summary>
    /// <returns>How many rows it changed, without those that triggers and foreign keys changed.</returns>
    public int Run()
    {
        var result = TryRun(out var rows);
        session.Check(result);
        return rows;
    }

    /// <summary>As <see cref="Run"/>, with the result instead of an error.</summary>
    public int TryRun(out int rows)
    {
        var result = TryStep();
        rows = result == raw.SQLITE_DONE ? raw.sqlite3_changes(session.Handle) : 0;
        _ = raw.sqlite3_reset(statement);
        return result;
    }

    /// <summary>Reads the columns of a key, which come first.</summary>
    public object?[] Key(int columns)
    {
        var key = new object?[columns];
        for (var i = 0; i < columns; i++)
        {
            key[i] = Value(i);
        }

        return key;
    }

    /// <summary>Binds the columns of a key.</summary>
    public void BindKey(int firstParameter, object?[] key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            Bind(firstParameter + i, key[i]);
        }
    }

    public void Reset() => _ = raw.sqlite3_reset(statement);

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public string? Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>The value as it is stored: long, double, <see cref="StoredText"/>, bytes or null.</summary>
    public object? Value(int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, column),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
        raw.SQLITE_TEXT => StoredText.Of(statement, column),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, column).ToArray(),
        _ => null,
    };

    /// <summary>Binds a value of the kinds that <see cref="Value"/> gives; parameters count from 1.</summary>
    public void Bind(int parameter, object? value) => session.Check(value switch
    {
        long number => raw.sqlite3_bind_int64(statement, parameter, number),
        double number => raw.sqlite3_bind_double(statement, parameter, number),
        string text => raw.sqlite3_bind_text(statement, parameter, text),
        StoredText text => raw.sqlite3_bind_text(statement, parameter, text.Utf8),
        byte[] bytes => raw.sqlite3_bind_blob(statement, parameter, bytes),
        _ => raw.sqlite3_bind_null(statement, parameter),
    });

    public void Dispose() => statement.Dispose();
}

/// <summary>
/// A text as its bytes. SQLite keeps whatever a program has stored as text, also Latin-1 and zero bytes; decoded and encoded again it would be
/// another text, and the key of no row.
/// </summary>
internal sealed record StoredText(byte[] Utf8)
{
    public static StoredText Of(sqlite3_stmt statement, int column)
    {
        // Text first: in a database of UTF-16 this is what makes the bytes UTF-8.
        _ = raw.sqlite3_column_text(statement, column);
        return new StoredText(raw.sqlite3_column_blob(statement, column).ToArray());
    }
}
