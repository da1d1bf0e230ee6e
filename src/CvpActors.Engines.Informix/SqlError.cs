using System.Globalization;
using System.Text.RegularExpressions;
using CvpActors.Domain.Ports;

namespace CvpActors.Engines.Informix;

/// <summary>What is to be done about an SQL error.</summary>
internal enum SqlErrorKind
{
    /// <summary>It says the same every time.</summary>
    Failure,

    /// <summary>Somebody else had a lock: the same again in a moment may pass.</summary>
    Retry,

    /// <summary>The transaction was too large for the server's locks or logs: a smaller one may pass.</summary>
    TooLarge,
}

/// <summary>An SQL error as dbaccess prints it; numbers are without their sign.</summary>
/// <param name="Number">The SQL error.</param>
/// <param name="Isam">The error beneath it; null when there is none.</param>
/// <param name="Text">Its words.</param>
internal sealed partial record SqlError(int Number, int? Isam, string Text)
{
    /// <summary>A record or table is locked, a deadlock, a lock timeout, a row that cannot be read or positioned on, a table that others have open.</summary>
    private static readonly HashSet<int> Locked = [106, 107, 113, 143, 154, 243, 244, 245, 246];

    /// <summary>No more locks; a long transaction; no more room in the logs or for its undoing.</summary>
    private static readonly HashSet<int> Overflow = [134, 458, 12204];

    /// <summary>The kind: what lies beneath says more than the error itself, which only says where it was noticed.</summary>
    public SqlErrorKind Kind =>
        Overflow.Contains(Number) || (Isam is { } full && Overflow.Contains(full)) ? SqlErrorKind.TooLarge
        : Isam is { } isam ? (Locked.Contains(isam) ? SqlErrorKind.Retry : SqlErrorKind.Failure)
        : Locked.Contains(Number) ? SqlErrorKind.Retry
        : SqlErrorKind.Failure;

    /// <summary>Finds the first error in what dbaccess wrote; null when there is none.</summary>
    public static SqlError? Find(string said)
    {
        var found = Line().Matches(said);
        if (found.Count == 0)
        {
            return null;
        }

        var isam = found.Skip(1).FirstOrDefault(match => match.Groups[2].Value.Contains("ISAM", StringComparison.Ordinal));
        return new SqlError(Number(found[0]), isam is null ? null : Number(isam), found[0].Groups[2].Value.Trim() + (isam is null ? "" : $" ({isam.Groups[1].Value}: {isam.Groups[2].Value.Trim()})"));

        static int Number(Match match) => int.Parse(match.Groups[1].Value.TrimStart('-'), CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^[ \t]*(-?\d{2,6}):[ \t]*(\S[^\r\n]*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}

/// <summary>dbaccess did not do what it was asked; the transaction was rolled back.</summary>
internal sealed class SqlFailedException(string message, SqlError? error) : ReportingDatabaseException(message)
{
    /// <summary>The error; null when none was printed.</summary>
    public SqlError? Error { get; } = error;

    public SqlErrorKind Kind => Error?.Kind ?? SqlErrorKind.Failure;
}
