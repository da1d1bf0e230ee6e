namespace CvpActors.Snmp.Encoding;

/// <summary>Bytes that are not an SNMP message. The decoder throws this and nothing else, whatever it is fed.</summary>
public sealed class SnmpFormatException(string message, Exception? cause = null) : Exception(message, cause);
