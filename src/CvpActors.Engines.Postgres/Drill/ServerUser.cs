using System.Collections.Immutable;
using CvpActors.Domain.Ports;
using CvpActors.Processes;

namespace CvpActors.Engines.Postgres.Drill;

/// <summary>Who a temporary server runs as: PostgreSQL refuses to run as root, so a node that is root has it run by the user that PostgreSQL's packages make.</summary>
internal static class ServerUser
{
    private const string Name = "postgres";
    private const string Accounts = "/etc/passwd";

    /// <summary>Whether another user than this process's has to be it.</summary>
    public static bool IsAnother => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>A program with its arguments, run as that user.</summary>
    /// <exception cref="DrillFailedException">There is no such user, or no way to become it.</exception>
    public static ImmutableArray<string> Run(params IEnumerable<string> command)
    {
        if (!IsAnother)
        {
            return [.. command];
        }

        if (!File.Exists(Accounts) || !File.ReadLines(Accounts).Any(line => line.StartsWith(Name + ":", StringComparison.Ordinal)) || ChildProcess.Find("setpriv") is not { } become)
        {
            throw new DrillFailedException(
                $"a PostgreSQL server cannot run as root, as this node does, and there is no user {Name} (or no program setpriv) to run it; run the node as another user, or install PostgreSQL's own packages");
        }

        // Where the node was started may be closed to that user.
        return ["env", "-C", "/", become, $"--reuid={Name}", $"--regid={Name}", "--init-groups", .. command];
    }

    /// <summary>That this user cannot come to a folder, for an administrator.</summary>
    public static string CannotEnter(string folder) =>
        $"the user {Name}, who runs the server since this node is root, cannot enter {folder}: a folder above it is closed to others; set drill.directory to one that is open to that user, or run the node as another user";

    /// <summary>Gives a folder, with all in it, to that user.</summary>
    public static ImmutableArray<string>? Own(string folder) => IsAnother ? ["chown", "-R", $"{Name}:", folder] : null;
}
