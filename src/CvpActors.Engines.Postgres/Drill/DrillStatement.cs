using System.Globalization;
using CvpActors.Domain.Drills;
using CvpActors.Domain.Ports;
using CvpActors.Engines.Postgres.Server;
using Npgsql;

namespace CvpActors.Engines.Postgres.Drill;

/// <summary>A check of a drill: one statement that gives rows, in a transaction that only reads.</summary>
internal static class DrillStatement
{
    private const string OnlyReads = "BEGIN READ ONLY";

    /// <summary>Has the server read it without running it.</summary>
    /// <exception cref="DrillCheckException">It is no statement.</exception>
    public static async Task CheckAsync(PostgresSession session, string sql, CancellationToken cancellation)
    {
        await session.ExecuteAsync(OnlyReads, cancellation);
        try
        {
            // A batch's command goes to the server as it is: of two statements in one text it says that they are two.
            await using var batch = new NpgsqlBatch(session.Connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
            await batch.PrepareAsync(cancellation);
        }
        catch (PostgresException e)
        {
            throw new DrillCheckException(sql, $"is not understood by {session.Place}: {e.MessageText}");
        }
        finally
        {
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }
    }

    /// <summary>Runs it. What the server refuses is part of what is seen.</summary>
    public static async Task<CheckSeen> RunAsync(PostgresSession session, string sql, CancellationToken cancellation)
    {
        await session.ExecuteAsync(OnlyReads, cancellation);
        try
        {
            await using var batch = new NpgsqlBatch(session.Connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
            await batch.PrepareAsync(cancellation);
            await using var rows = await batch.ExecuteReaderAsync(cancellation);
            return rows.FieldCount == 0 ? Refused("it gives no rows; allowed: a statement whose first column says true")
                : !await rows.ReadAsync(cancellation) ? new CheckSeen(sql, HasRow: false, Value: null)
                : new CheckSeen(sql, HasRow: true, rows.IsDBNull(0) ? null : Convert.ToString(rows.GetValue(0), CultureInfo.InvariantCulture));
        }
        catch (PostgresException e)
        {
            return Refused(MissingExtension.Explain(e.MessageText) ?? e.MessageText);
        }
        finally
        {
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }

        CheckSeen Refused(string why) => new(sql, HasRow: false, Value: null) { Error = why };
    }
}
