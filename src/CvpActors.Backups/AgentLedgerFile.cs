using System.Text.Json;
using System.Text.Json.Serialization;
using CvpActors.Domain.Agents;
using CvpActors.Files;

namespace CvpActors.Backups;

/// <summary>An agent's ledger as one JSON file, replaced as a whole: a kill leaves the old ledger or the new one.</summary>
/// <param name="path">The file; its folder must exist when the ledger is saved.</param>
/// <param name="epochs">Where the node keeps the highest epoch; a ledger in which nothing else has changed is not written.</param>
public sealed class AgentLedgerFile(string path, EpochFile epochs) : IAgentLedgerStore
{
    private readonly string _path = Path.GetFullPath(path);
    private AgentLedger? _written;

    /// <inheritdoc/>
    public AgentLedger Load()
    {
        if (!File.Exists(_path))
        {
            return WithNodesEpoch(AgentLedger.Empty);
        }

        try
        {
            var ledger = JsonSerializer.Deserialize(File.ReadAllText(_path), LedgerJson.Default.AgentLedger);
            return ledger is { HighestToken: >= 0, HighestEpoch: >= 0, Unreported.IsDefault: false } ? WithNodesEpoch(ledger) : throw Damaged(null);
        }
        catch (JsonException cause)
        {
            throw Damaged(cause);
        }
    }

    /// <inheritdoc/>
    public void Save(AgentLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        epochs.Keep(ledger.HighestEpoch);
        if (_written is null || ledger != _written with { HighestEpoch = ledger.HighestEpoch })
        {
            JsonFile.Write(_path, ledger, LedgerJson.Default.AgentLedger);
            _written = ledger;
        }
    }

    private AgentLedger WithNodesEpoch(AgentLedger ledger)
    {
        _written = ledger;
        return ledger with { HighestEpoch = Math.Max(ledger.HighestEpoch, epochs.Highest) };
    }

    // Starting from an empty ledger instead would forget the highest token and let superseded runs through.
    private InvalidDataException Damaged(Exception? cause) => new(
        $"the agent's ledger {_path} is damaged{(cause is null ? "" : $" ({cause.Message})")}; "
        + "make sure that nothing runs on this database, then remove the file",
        cause);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentLedger))]
internal sealed partial class LedgerJson : JsonSerializerContext;
