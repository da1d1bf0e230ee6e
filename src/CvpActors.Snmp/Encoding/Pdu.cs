using System.Collections.Immutable;

namespace CvpActors.Snmp.Encoding;

/// <summary>The kinds of protocol data units; the numbers are the context tags of RFC 3416, section 3.</summary>
public enum PduType
{
    /// <summary>Asks for values; with no variables it is the probe of engine discovery.</summary>
    Get = 0,

    /// <summary>Answers a request, and acknowledges an inform.</summary>
    Response = 2,

    /// <summary>A notification that wants to be acknowledged.</summary>
    Inform = 6,

    /// <summary>A notification that is not acknowledged.</summary>
    Trap = 7,

    /// <summary>An SNMP engine's word on a message that it could not process.</summary>
    Report = 8,
}

/// <summary>A variable and its value.</summary>
/// <param name="Name">The instance.</param>
/// <param name="Value">Its value.</param>
public sealed record VariableBinding(ObjectIdentifier Name, SnmpValue Value);

/// <summary>A protocol data unit of SNMPv2 (RFC 3416).</summary>
/// <param name="Type">What it is.</param>
/// <param name="RequestId">Matches a response with its request.</param>
/// <param name="ErrorStatus">0 when all is well; the numbers of RFC 3416, section 3.</param>
/// <param name="ErrorIndex">The variable that the error is about, from 1; 0 when none is.</param>
/// <param name="Variables">The variables, in order.</param>
public sealed record Pdu(PduType Type, int RequestId, int ErrorStatus, int ErrorIndex, ImmutableArray<VariableBinding> Variables)
{
    /// <inheritdoc/>
    public bool Equals(Pdu? other) => other is not null
        && (Type, RequestId, ErrorStatus, ErrorIndex) == (other.Type, other.RequestId, other.ErrorStatus, other.ErrorIndex)
        && Variables.AsSpan().SequenceEqual(other.Variables.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, RequestId, ErrorStatus, ErrorIndex, Variables.Length);
}
