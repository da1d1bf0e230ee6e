using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Akka.Configuration;
using CvpActors.Actors.Protocol;
using CvpActors.Domain;
using CvpActors.Actors.Membership;
using CvpActors.Domain.Agents;
using CvpActors.Domain.Alerts;
using CvpActors.Domain.Attempts;
using CvpActors.Domain.Maintenance;
using CvpActors.Node.Configuration;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;
using CvpActors.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CvpActors.Node.Tests.Hosting;

/// <summary>
/// What was journaled is read by every later version: data directories as earlier versions left them after kill -9, with a purge
/// under way, a backup waiting to retry, refused requests beyond a snapshot, and an alert that has not reached its receiver.
/// </summary>
public sealed class RecordedDirectoryTests : IAsyncDisposable
{
    private const string Webhook = "webhook:http://127.0.0.1:9/nobody-listens";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 6, 3, 50, TimeSpan.Zero));
    private readonly RememberingChannel _webhook = new(Webhook);
    private OffsiteComposition? _offsite;
    private ClockKeeper? _clockKeeper;
    private ActorSystemService? _node;

    public static TheoryData<string> Versions => [.. Directory.EnumerateDirectories(Folder()).Select(d => Path.GetFileName(d))];

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.StopAsync(CancellationToken.None);
        }

        _offsite?.Dispose();
        _clockKeeper?.Dispose();

        // Pooled connections would keep the files of a removed directory open.
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_lock_its_age_the_retry_window_and_the_history_are_as_they_were(string version)
    {
        await StartAsync(version, withAgents: false);

        var reporting = await AskAsync<DatabaseView>(new GetDatabase("reporting"));
        var held = reporting.Lock!;
        Assert.Equal((Operation.Purge, Trigger.OnDemand, "purge-6", 6L), (held.Operation, held.Trigger, held.AttemptId, held.Token));
        Assert.Equal(85, held.AgeSeconds, tolerance: 1);
        Assert.True(held.HolderUnreachable);
        Assert.Equal("0 * * * * * UTC", reporting.Backup.Schedule);
        Assert.Equal("backup-4", reporting.Backup.LastSuccess?.Id);
        Assert.Equal(2, reporting.Backup.LastSuccess?.Result?.Backup?.Generation);

        var attempts = (await AskAsync<AttemptList>(new GetAttempts("reporting", DatabaseState.KeptAttempts))).Attempts;
        Assert.Equal(["purge-6", "backup-4", "backup-2"], attempts.Where(a => a.State != AttemptState.Blocked).Select(a => a.Id));
        Assert.Equal(DatabaseState.KeptRefusals, attempts.Count(a => a is { State: AttemptState.Blocked, Trigger: Trigger.OnDemand }));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_window_that_was_open_is_open_and_its_next_try_is_when_it_was_to_be(string version)
    {
        await StartAsync(version, withAgents: false);

        var retry = (await AskAsync<DatabaseView>(new GetDatabase("reporting"))).Backup.Retry!;

        Assert.Equal(new DateTimeOffset(2026, 11, 25, 6, 3, 0, TimeSpan.Zero), retry.OpenedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 10, 3, 0, TimeSpan.Zero), retry.Deadline);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 6, 13, 0, TimeSpan.Zero), retry.NextAttemptAt);
        Assert.Equal("purge-6", retry.BlockedBy);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Alerts_that_had_not_arrived_are_delivered_now_once_and_in_order(string version)
    {
        await StartAsync(version, withAgents: false);

        await Poll.UntilAsync(() => _webhook.Delivered.Count >= 2, Bound);

        Assert.Equal(["broken/alert-10/raised", "broken/alert-20/raised"], _webhook.Delivered.Select(n => n.Id));
        Assert.All(_webhook.Delivered, n => Assert.Equal((AlertCodes.PurgeFailed, AlertPhase.Raised), (n.Code, n.Phase)));
        Assert.Equal(["alert-20", "alert-10"], (await AskAsync<DatabaseView>(new GetDatabase("broken"))).Alerts.Select(a => a.Id));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_run_that_died_with_its_process_is_lost_and_later_tokens_are_higher(string version)
    {
        await StartAsync(version, withAgents: true);

        await Poll.UntilAsync(async () => (await AskAsync<DatabaseView>(new GetDatabase("reporting"))).Lock is null, Bound);

        var lost = Assert.Single((await AskAsync<AttemptList>(new GetAttempt("reporting", "purge-6"))).Attempts);
        Assert.Equal((AttemptState.Lost, 6L), (lost.State, lost.Token));
        var again = await AskAsync<DatabaseAnswer>(new DatabaseRequest("reporting", new RequestRun(Operation.Purge, DryRun: false, "recorded-purge")));
        Assert.Equal(new RunGranted("purge-6", 6), again.Reply);
        var next = await AskAsync<DatabaseAnswer>(new DatabaseRequest("reporting", new RequestRun(Operation.Backup, DryRun: false, RequestKey: null)));
        Assert.True(Assert.IsType<RunGranted>(next.Reply).Token > 213);
        await Poll.UntilAsync(
            async () => (await AskAsync<DatabaseView>(new GetDatabase("reporting"))).Files.Select(f => f.Generation).SequenceEqual([3L, 2L]), Bound);
    }

    private static string Folder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "Recorded");

    private async Task StartAsync(string version, bool withAgents)
    {
        Copy(Path.Combine(Folder(), version), _directory.Path);
        var configuration = ConfigurationFactory.ParseString($$"""
            cvp-actors {
              data-directory = "{{_directory.File("data")}}"
              databases.reporting {
                sqlite.path = "{{_directory.File("reporting.db")}}"
                backup.directory = "{{_directory.File("backup")}}"
              }
              databases.broken {
                sqlite.path = "{{_directory.File("broken.db")}}"
                backup.directory = "{{_directory.File("broken-backup")}}"
              }
            }
            """).WithFallback(ConfigurationFiles.Load([_directory.File("recorded.conf")]));
        Environment.SetEnvironmentVariable("RECORDED_WEBHOOK_KEY", "0123456789abcdef0123");
        var settings = NodeSettingsReader.Read(configuration, EngineModules.All);
        IReadOnlyList<MaintainedDatabase> databases = DatabaseComposition.Compose(settings, _time, NullLogger.Instance);
        _node = new ActorSystemService(
            new NodeConfiguration(configuration),
            settings,
            withAgents ? databases : [],
            new AlertWays([_webhook], Sender: null),
            _offsite = new OffsiteComposition(settings, certificates: null, _time, NullLogger.Instance),
            new OptionalCertificates(null),
            new NodeEnd(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<NodeEnd>.Instance),
            NullLoggerFactory.Instance,
            new ClusterClock(_time),
            _clockKeeper = new ClockKeeper(settings.DataDirectory, _time, () => false, () => TimeSpan.FromHours(1), NullLogger.Instance),
            _time);
        await _node.StartAsync(CancellationToken.None);
    }

    private async Task<T> AskAsync<T>(IProtocolMessage message) =>
        Assert.IsType<T>(await _node!.AskAsync(message, CancellationToken.None, Bound));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class RememberingChannel(string receiver) : IAlertChannel
    {
        private ImmutableList<AlertNotification> _delivered = [];

        public string Receiver => receiver;

        public ImmutableList<AlertNotification> Delivered => _delivered;

        public Task DeliverAsync(AlertNotification notification, CancellationToken cancellation)
        {
            ImmutableInterlocked.Update(ref _delivered, d => d.Add(notification));
            return Task.CompletedTask;
        }
    }
}
