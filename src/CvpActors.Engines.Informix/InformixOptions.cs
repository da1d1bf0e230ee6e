using System.Collections.Immutable;

namespace CvpActors.Engines.Informix;

/// <summary>One Informix server and the reporting database in it. All that its programs need is here: nothing is taken from a profile.</summary>
/// <param name="Directory">INFORMIXDIR; the programs are in its <c>bin</c>.</param>
/// <param name="Server">INFORMIXSERVER.</param>
/// <param name="Onconfig">ONCONFIG: a file name in <c>etc</c> of the directory.</param>
/// <param name="Sqlhosts">INFORMIXSQLHOSTS: a path.</param>
/// <param name="Database">The database that is purged; a backup is of the whole server.</param>
public sealed record InformixOptions(string Directory, string Server, string Onconfig, string Sqlhosts, string Database)
{
    /// <summary>How long ontape or a batch may make no progress, unless configured.</summary>
    public static TimeSpan DefaultStallAfter { get; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a statement waits for a lock, unless configured.</summary>
    public static TimeSpan DefaultLockWait { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The account that owns the server. On Windows it is not looked at: there a group is what counts.</summary>
    public string User { get; init; } = "informix";

    /// <summary>What makes no progress for so long is ended: a server that waits for its logs, or a program that waits for an answer, never ends by itself.</summary>
    public TimeSpan StallAfter { get; init; } = DefaultStallAfter;

    /// <summary>The server's message log; null: where its MSGPATH says.</summary>
    public string? MessageLog { get; init; }

    /// <summary>A backup smaller than this share of the last one is not believed, in percent; zero: any is.</summary>
    public int LeastOfLastPercent { get; init; } = 50;

    /// <summary>How long a statement waits for a lock.</summary>
    public TimeSpan LockWait { get; init; } = DefaultLockWait;

    /// <summary>The pause before what met another's lock is tried again; doubled each time.</summary>
    internal TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What else the programs need in their environment: a locale (DB_LOCALE, CLIENT_LOCALE), the way to libraries.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = [];

    /// <summary>Names of the environment that the other settings give.</summary>
    public static IReadOnlyList<string> OwnEnvironment { get; } = ["INFORMIXDIR", "INFORMIXSERVER", "ONCONFIG", "INFORMIXSQLHOSTS", "DBDATE", "DBACCNOIGN", "PATH"];

    /// <summary>How the server writes dates (DBDATE); Unified CVP's is <c>MDY4/</c>. It is what fragment expressions are read by.</summary>
    public string DateFormat { get; init; } = "MDY4/";

    /// <summary>Whether dates in a DBDATE can be read without doubt: with four digits for the year.</summary>
    public static bool CanRead(string dateFormat) => FragmentExpression.IsReadable(dateFormat);

    /// <summary>How many days ahead of today (UTC) the fragments of a table that is fragmented by day are there; zero: none is made.</summary>
    public int FragmentsAheadDays { get; init; } = 2;

    /// <summary>After how long sessions that keep a fragment from being detached lose their locks; zero: never, the purge is tried again instead.</summary>
    public TimeSpan ForceDetachAfter { get; init; } = TimeSpan.Zero;

    /// <summary>Whether the fragments of a table that foreign keys refer to are detached too; otherwise its rows are deleted, which the server checks.</summary>
    public bool DetachReferenced { get; init; }
}
