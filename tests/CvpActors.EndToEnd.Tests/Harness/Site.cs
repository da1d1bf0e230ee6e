using CvpActors.Testing;

namespace CvpActors.EndToEnd.Tests.Harness;

/// <summary>
/// One installation: a temporary directory with a reporting database, its backup directory, the node's data and its
/// configuration. Every node started on it, one after the other, finds what the one before it left.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<string> _arguments = [];
    private NodeProcess? _node;
    private FakeClock? _clock;

    public Site()
        : this(Directory.CreateTempSubdirectory("cvpactors-e2e-").FullName) =>
        Configure($$"""
            cvp-actors {
              data-directory = "{{In("data")}}"
              http.url = "http://127.0.0.1:0"
              log.file = "{{In("log/node.json")}}"
              policy {
                backup {
                  retry-interval = 1s
                  retry-window = 60s
                }
                purge {
                  retry-interval = 1s
                  retry-window = 60s
                }
                lock.max-age = 10m
              }
            }

            """ + ReportingHocon.Database("reporting", Database.Path, Backups.Path)
            + ReportingHocon.Category("reporting", "callevent", "eventdatetime", retain: "15d", parent: "call"));

    private Site(string root)
    {
        Root = root;
        Database = new ReportingFile(In("reporting.db"));
        Backups = new BackupDirectory(In("backup"));
    }

    public string Root { get; }

    public ReportingFile Database { get; }

    public BackupDirectory Backups { get; }

    /// <summary>A directory without any configuration.</summary>
    public static Site Empty() => new(Directory.CreateTempSubdirectory("cvpactors-e2e-").FullName);

    public string In(string name) => Path.Combine(Root, name);

    /// <summary>Lays one more file over the configuration.</summary>
    public Site Configure(string hocon)
    {
        var file = In($"{_arguments.Count / 2}.conf");
        File.WriteAllText(file, hocon);
        return WithConfig(file);
    }

    public Site WithConfig(string file)
    {
        _arguments.AddRange(["--config", file]);
        return this;
    }

    /// <summary>Its nodes go by a clock that can be set.</summary>
    public Site WithClock(out FakeClock clock)
    {
        clock = _clock = new FakeClock(In("clock"));
        return this;
    }

    /// <summary>A purge of one row at a time, with a pause after each.</summary>
    public Site WithSlowPurge(string pause = "200ms") => Configure($$"""
        cvp-actors.databases.reporting.purge.batch {
          rows = 1
          pause = {{pause}}
        }
        """);

    public async Task<NodeProcess> StartAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        return _node = await NodeProcess.StartAsync(Root, _arguments, _clock?.Launcher);
    }

    /// <summary>Ends the node as Ctrl-C does.</summary>
    public async Task StopAsync() => Assert.Equal(0, await _node!.InterruptAsync(TimeSpan.FromSeconds(20)));

    public async Task<NodeProcess> KillAndStartAsync()
    {
        await _node!.KillAsync();
        return await StartAsync();
    }

    /// <summary>
    /// Starts a node that must refuse this configuration, and gives the one line it says so in. Before that <c>cvpctl config check</c> must
    /// say the same line, unless what is wrong is seen <paramref name="onlyAtStart"/>, and must leave nothing behind.
    /// </summary>
    public async Task<string> RefusalAsync(bool onlyAtStart = false)
    {
        var before = Entries();
        var check = await CheckAsync();
        Assert.Equal(before, Entries());

        var (exitCode, errors) = await RunToEndAsync();
        Assert.True(exitCode == 2 && errors.Count == 1, $"exit code {exitCode}\n{string.Join('\n', errors)}");
        Assert.Equal(onlyAtStart ? 0 : 2, check.ExitCode);
        if (!onlyAtStart)
        {
            Assert.Equal(errors[0].Replace("CvpActors.Node: ", "cvpctl: ", StringComparison.Ordinal), check.Errors.Trim());
        }

        return errors[0];
    }

    /// <summary>What <c>cvpctl config check</c> says of this configuration.</summary>
    public Task<(int ExitCode, string Output, string Errors)> CheckAsync() =>
        Cvpctl.RunAsync(Root, ["config", "check", .. Files]);

    /// <summary>Starts a node that is expected to end by itself.</summary>
    public Task<(int ExitCode, IReadOnlyList<string> Errors)> RunToEndAsync() => NodeProcess.RunToEndAsync(Root, _arguments);

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        Directory.Delete(Root, recursive: true);
    }

    /// <summary>The configuration files, in the order in which they are laid over each other.</summary>
    public IEnumerable<string> Files => _arguments.Where(argument => argument != "--config");

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
