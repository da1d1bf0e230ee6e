using System.Text.Json;
using System.Text.Json.Nodes;
using CvpActors.Files;
using CvpActors.Snmp.Encoding;

namespace CvpActors.Snmp.Security;

/// <summary>The engine's state in a JSON file.</summary>
/// <param name="path">The file.</param>
public sealed class EngineStateFile(string path) : IEngineStateStore
{
    /// <inheritdoc/>
    public EngineState? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var id = Octets.FromHex(document.RootElement.GetProperty("engineId").GetString() ?? "");
            var boots = document.RootElement.GetProperty("boots").GetInt32();
            return id.Length is >= 5 and <= 32 && boots >= 1
                ? new EngineState(id, boots)
                : throw Damaged($"an engine id of {id.Length} octets with {boots} boots");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw Damaged(problem.Message, problem);
        }
    }

    /// <inheritdoc/>
    public void Save(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        DurableFile.WriteText(path, new JsonObject { ["engineId"] = state.EngineId.ToHex(), ["boots"] = state.Boots }.ToJsonString());
    }

    private InvalidDataException Damaged(string what, Exception? cause = null) => new(
        $"{path} does not hold the SNMP engine's id and boots ({what}); restore it from a backup, or delete it: "
        + "a new engine id is then made up, which receivers of SNMPv3 traps must be told",
        cause);
}
