using CvpActors.Domain.Drills;
using CvpActors.Domain.Ports;
using SQLitePCL;

namespace CvpActors.Engines.Sqlite;

/// <summary>A check of a drill: one statement that gives rows and changes nothing.</summary>
internal static class DrillStatement
{
    /// <summary>Reads it without running it.</summary>
    /// <exception cref="DrillCheckException">It is no such statement.</exception>
    public static void Check(SqliteSession session, string sql, CancellationToken cancellation)
    {
        using var _ = Prepare(session, sql, cancellation);
    }

    /// <summary>Runs it. What SQLite refuses is part of what is seen.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CheckSeen Run(SqliteSession session, string sql, CancellationToken cancellation)
    {
        try
        {
            using var statement = Prepare(session, sql, cancellation);
            using var interrupt = session.InterruptWhen(cancellation);
            return statement.Step(cancellation) ? new CheckSeen(sql, HasRow: true, statement.Text(0)) : new CheckSeen(sql, HasRow: false, Value: null);
        }
        catch (SqliteDatabaseException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception cause) when (cause is SqliteDatabaseException or DrillCheckException)
        {
            return new CheckSeen(sql, HasRow: false, Value: null) { Error = cause is DrillCheckException check ? check.Problem : cause.Message };
        }
    }

    private static SqliteStatement Prepare(SqliteSession session, string sql, CancellationToken cancellation)
    {
        sqlite3_stmt? statement = null;
        string? rest = null;
        var result = session.RetryWhileBusy(() => raw.sqlite3_prepare_v2(session.Handle, sql, out statement, out rest), cancellation);
        var problem = result != raw.SQLITE_OK ? $"is not understood by SQLite: {session.LastError}"
            : statement is null || statement.IsInvalid ? "is no statement"
            : !string.IsNullOrWhiteSpace(rest?.Trim(';', ' ')) ? "is more than one statement; allowed: one that gives a row"
            : raw.sqlite3_stmt_readonly(statement) == 0 ? "would change the database; allowed: a statement that only reads"
            : raw.sqlite3_column_count(statement) == 0 ? "gives no rows; allowed: a statement whose first column says true"
            : null;
        if (problem is not null)
        {
            statement?.Dispose();
            throw new DrillCheckException(sql, problem);
        }

        return new SqliteStatement(session, statement!);
    }
}
