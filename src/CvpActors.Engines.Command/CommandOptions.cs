using System.Collections.Immutable;

namespace CvpActors.Engines.Command;

/// <summary>The programs that maintain one database. Each is the program and its arguments, without a shell.</summary>
/// <param name="Backup">
/// Writes the dump to its standard output, or into the file that stands in place of <c>{file}</c> among its arguments.
/// </param>
/// <param name="Verify">Reads the dump <c>{file}</c> and says by its exit code whether it is whole; empty for none.</param>
/// <param name="Purge">
/// Deletes the rows of one category that are older than its retention (<c>{table}</c>, <c>{older-than}</c>), and says on its last line how
/// many; empty for a database that is only dumped.
/// </param>
/// <param name="Environment">What is added to the programs' environment.</param>
public sealed record CommandOptions(
    ImmutableArray<string> Backup,
    ImmutableArray<string> Verify,
    ImmutableArray<string> Purge,
    ImmutableDictionary<string, string> Environment)
{
    /// <summary>
    /// Restores the backup that it gets on its standard input, or as the file in place of <c>{file}</c>, to the target <c>CVP_RESTORE_TARGET</c>; empty
    /// for a database that is restored by other means.
    /// </summary>
    public ImmutableArray<string> Restore { get; init; } = [];
}
