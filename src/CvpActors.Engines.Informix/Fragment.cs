namespace CvpActors.Engines.Informix;

/// <summary>A fragment whose expression says which days it holds; the server lets no other row into it.</summary>
/// <param name="Partition">Its name.</param>
/// <param name="Dbspace">Where it is.</param>
/// <param name="From">The first day; null for no lower end.</param>
/// <param name="Before">The first day that it does not hold.</param>
/// <param name="Form">How its expression says so.</param>
internal sealed record Fragment(string Partition, string Dbspace, DateOnly? From, DateOnly Before, FragmentForm Form)
{
    /// <summary>Whether it holds one day.</summary>
    public bool IsOneDay => From?.AddDays(1) == Before;

    /// <summary>A fragment without a lower end may be the one that an interval table is counted from; its rows go by batches.</summary>
    public bool CanBeDetached => From is not null;
}

/// <summary>How the expression of a fragment gives its days.</summary>
internal enum FragmentForm
{
    /// <summary><c>(day = '11/01/2025')</c>.</summary>
    Day,

    /// <summary><c>(day &gt;= '11/01/2025' AND day &lt; '11/02/2025')</c>.</summary>
    Range,

    /// <summary><c>VALUES &gt;= … AND VALUES &lt; …</c>: of a table that makes its fragments itself.</summary>
    Interval,
}
