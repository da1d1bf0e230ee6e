using CvpActors.Benchmarks.Support;
using CvpActors.Testing;

namespace CvpActors.Benchmarks.Postgres;

/// <summary>pgBackRest with a repository of its own beside the server, uncompressed as ours is; a full backup and its verification.</summary>
internal sealed class PgBackRest : IAsyncDisposable
{
    private const string Program = "/usr/bin/pgbackrest";
    private const string Stanza = "bench";

    private readonly string _configuration;

    private PgBackRest(string configuration) => _configuration = configuration;

    /// <summary>What the server needs for it: WAL goes to it, or nowhere.</summary>
    public static string[] Settings(WorkDirectory work) =>
        [File.Exists(Program) ? $"archive_command='{Program} --config={work.File("pgbackrest.conf")} --stanza={Stanza} archive-push %p'".Replace(" ", "\\ ", StringComparison.Ordinal) : "archive_command=true"];

    /// <returns>Null where it is not installed, which is said.</returns>
    public static async Task<PgBackRest?> TryStartAsync(PostgresServer server, WorkDirectory work)
    {
        if (!File.Exists(Program))
        {
            Console.WriteLine("pgBackRest is not installed and not measured; apt-get install pgbackrest");
            return null;
        }

        var place = work.Sub("pgbackrest");
        var configuration = work.File("pgbackrest.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"[global]\nrepo1-path={place}/repo\nlog-path={place}\nlock-path={place}\nspool-path={place}\ncompress-type=none\nstart-fast=y\nrepo1-retention-full=2\nlog-level-console=warn\n"
            + $"[{Stanza}]\npg1-path={server.Data}\npg1-port={server.Port}\npg1-socket-path={Path.GetDirectoryName(server.Data)}\npg1-user={PostgresServer.User}\n");
        if (Environment.IsPrivilegedProcess)
        {
            await Tool.RunAsync("chown", "-R", "postgres", place, configuration);
        }

        var rest = new PgBackRest(configuration);
        await rest.RunAsync("stanza-create");
        return rest;
    }

    public async Task<TimeSpan> BackUpAsync() => (await RunAsync("--type=full", "backup")).Elapsed + (await RunAsync("verify")).Elapsed;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<ToolRun> RunAsync(params string[] arguments)
    {
        string[] command = [Program, $"--config={_configuration}", $"--stanza={Stanza}", .. arguments];
        return Environment.IsPrivilegedProcess ? Tool.RunAsync("runuser", ["-u", "postgres", "--", .. command]) : Tool.RunAsync(command[0], command[1..]);
    }
}
