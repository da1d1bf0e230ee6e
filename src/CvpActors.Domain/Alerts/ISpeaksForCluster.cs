namespace CvpActors.Domain.Alerts;

/// <summary>
/// A channel whose receivers tell notifications apart by who sends them. All coordinators of a cluster speak as one: a clear from another
/// node must find its raise, and receivers must not have to know every node.
/// </summary>
public interface ISpeaksForCluster
{
    /// <summary>Speaks as <paramref name="sender"/> from now on.</summary>
    void SpeakAs(AlertSender sender);
}

/// <summary>Who sends alerts, whichever node it is.</summary>
/// <param name="EngineId">The SNMP engine's id, in hexadecimal digits.</param>
/// <param name="Boots">How often that engine has started; strictly increasing, or receivers take notifications for replays.</param>
/// <param name="Name">What people see as the sender.</param>
public sealed record AlertSender(string EngineId, int Boots, string Name);
