namespace CvpActors.Actors.Protocol;

/// <summary>A message of ours that may cross the network; each has a permanent manifest in the serializer.</summary>
public interface IProtocolMessage;

/// <summary>A message about one database, which the coordinator passes on to that database's own coordinator.</summary>
public interface IForDatabase : IProtocolMessage
{
    /// <summary>The database's id.</summary>
    string Database { get; }
}
