using CvpActors.Domain.Attempts;
using CvpActors.Node.Http.Contract;

namespace CvpActors.Node.Http;

/// <summary>Errors as <c>application/problem+json</c>. The types are part of the contract.</summary>
internal static class Problems
{
    public static IResult LockHeld(string detail, Blocker holder) => Of(
        StatusCodes.Status409Conflict, "lock-held", "another run holds the lock", detail, new Dictionary<string, object?>
        {
            ["holder"] = HolderBody.Of(holder),
        });

    public static IResult LimitReached(string detail) =>
        Of(StatusCodes.Status409Conflict, "limit-reached", "as many operations run as may run at once", detail);

    public static IResult CoordinatorUnavailable(string detail) =>
        Of(StatusCodes.Status503ServiceUnavailable, "coordinator-unavailable", "no coordinator can be reached", detail);

    public static IResult AgentUnreachable(string detail) =>
        Of(StatusCodes.Status503ServiceUnavailable, "agent-unreachable", "the database's agent cannot be reached", detail);

    public static IResult UnknownDatabase(string database, IReadOnlyList<string> known) =>
        Of(StatusCodes.Status404NotFound, "unknown-database", "no such database",
            $"there is no database \"{database}\"; there are: {(known.Count > 0 ? string.Join(", ", known) : "none")}");

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not-found", "no such thing", detail);

    public static IResult NotPossible(string detail) => Of(StatusCodes.Status409Conflict, "not-possible", "not possible now", detail);

    public static IResult NothingToShip(string detail) =>
        Of(StatusCodes.Status409Conflict, "nothing-to-ship", "there is nothing to ship, or nowhere to ship it to", detail);

    public static IResult NotCopyable(string detail) =>
        Of(StatusCodes.Status409Conflict, "not-copyable", "only cvp_backup_data.old may be copied", detail);

    public static IResult RestoreRefused(string kind, string detail) => Of(
        kind switch
        {
            "no-such-backup" => StatusCodes.Status404NotFound,
            "remote-unavailable" => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status409Conflict,
        },
        kind, "it cannot be restored so", detail);

    public static IResult ConfirmationRequired(string detail, string confirm) => Of(
        StatusCodes.Status409Conflict, "confirmation-required", "the live database is replaced only when it is named with the generation", detail, new Dictionary<string, object?>
        {
            ["confirm"] = confirm,
        });

    public static IResult Malformed(string detail) => Of(StatusCodes.Status400BadRequest, "malformed-request", "the request cannot be read", detail);

    public static IResult Of(int status, string type, string title, string? detail, IDictionary<string, object?>? more = null) =>
        Results.Problem(detail, statusCode: status, type: type, title: title, extensions: more);
}

/// <summary>A request that cannot be read; the message says where and what is allowed.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
