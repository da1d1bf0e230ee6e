namespace CvpActors.Domain.Agents;

/// <summary>Where an agent's ledger is kept.</summary>
public interface IAgentLedgerStore
{
    /// <summary>Reads the ledger; <see cref="AgentLedger.Empty"/> when there is none yet.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names the file.</exception>
    AgentLedger Load();

    /// <summary>Replaces the ledger; when this returns, the new one survives a power cut.</summary>
    /// <exception cref="IOException">It could not be written; the old one is intact.</exception>
    void Save(AgentLedger ledger);
}
