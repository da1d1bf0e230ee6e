using System.Diagnostics;
using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>A MariaDB of one's own, on a socket in a folder of its own.</summary>
internal sealed class MariaDbServer : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("cvpactors-maria-").FullName;
    private readonly Process _server;

    private MariaDbServer()
    {
        var data = Path.Combine(_root, "data");
        Tool.Run("mariadb-install-db", "--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", $"--user={Environment.UserName}");
        _server = Process.Start(new ProcessStartInfo(
            "mariadbd", ["--no-defaults", $"--user={Environment.UserName}", $"--datadir={data}", $"--socket={Socket}", "--skip-networking", $"--pid-file={_root}/pid", $"--log-error={_root}/log"]))!;
    }

    public string Socket => Path.Combine(_root, "socket");

    public static async Task<MariaDbServer> StartAsync()
    {
        var server = new MariaDbServer();
        await Poll.UntilAsync(() => Tool.Ends("mariadb-admin", "--no-defaults", $"--socket={server.Socket}", "--user=root", "ping") == 0, StartsWithin);
        return server;
    }

    /// <summary>What a statement prints, without column names.</summary>
    public string Ask(string sql, string database = "") => Tool.Run("mariadb", "--no-defaults", $"--socket={Socket}", "--user=root", "--skip-column-names", "-e", sql, database).Trim();

    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>The vendor's programs.</summary>
    private static class Tool
    {
        public static string Run(string program, params string[] arguments)
        {
            var (exitCode, output, errors) = Start(program, arguments);
            return exitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {exitCode}: {errors}");
        }

        public static int Ends(string program, params string[] arguments) => Start(program, arguments).ExitCode;

        private static (int ExitCode, string Output, string Errors) Start(string program, string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments.Where(a => a.Length > 0)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.Result);
        }
    }
}
