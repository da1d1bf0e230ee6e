using CvpActors.Domain.Restores;

namespace CvpActors.Domain.Maintenance.Rules;

/// <summary>A restore begins as it was planned, and over the live database only when a person has named it with its generation.</summary>
internal static class RestoreRules
{
    /// <summary>Why the restore may not begin, whoever holds the lock, for a person; null when it may.</summary>
    public static string? WhyNot(Draft draft, RequestRun request) => request.Restore is { } order
        ? RestoreConfirmation.ProblemOf(draft.Policy.Database, order, request.Confirm)
        : "a restore says what is restored to where; this request does not";
}
