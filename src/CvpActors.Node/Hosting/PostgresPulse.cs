using CvpActors.Domain.Ports;
using Npgsql;

namespace CvpActors.Node.Hosting;

/// <summary>The coordinator's signs of life in a table of one row, in the journal's database.</summary>
/// <param name="source">The journal's database.</param>
internal sealed class PostgresPulse(NpgsqlDataSource source) : ICoordinatorPulse
{
    private const string Table = """
        create table if not exists cvp_coordinator_pulse (
          only_row boolean primary key default true check (only_row),
          epoch bigint not null,
          node text not null,
          beats bigint not null
        )
        """;

    private const string Beat = """
        insert into cvp_coordinator_pulse as pulse (epoch, node, beats) values ($1, $2, 1)
        on conflict (only_row) do update set epoch = $1, node = $2, beats = pulse.beats + 1 where pulse.epoch <= $1
        """;

    private const string Read = "select epoch, node, beats from cvp_coordinator_pulse";

    private bool _tableIsThere;

    public async Task<bool> BeatAsync(long epoch, string node, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(Beat, connection) { Parameters = { new() { Value = epoch }, new() { Value = node } } };
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    public async Task<PulseBeat?> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(Read, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new PulseBeat(row.GetInt64(0), row.GetString(1), row.GetInt64(2)) : null;
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        if (!_tableIsThere)
        {
            await CreateAsync(connection, cancellation);
            _tableIsThere = true;
        }

        return connection;
    }

    private static async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Table, connection);
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable)
        {
            // Two nodes that create it in the same moment: "if not exists" does not go that far.
        }
    }
}
