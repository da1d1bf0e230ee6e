using Akka.Configuration;
using CvpActors.Domain.Maintenance;
using CvpActors.Domain.Purges;
using CvpActors.Node.Configuration;
using CvpActors.Node.Engines.Sqlite;
using CvpActors.Node.Hosting;
using CvpActors.Node.Settings;

namespace CvpActors.Node.Tests.Settings;

public sealed class NodeSettingsReaderTests
{
    [Fact]
    public void The_policy_is_that_of_the_rules_unless_it_is_configured()
    {
        var definition = Sample.Read("").Databases.Single().Definition;

        Assert.Equal(RetryPolicy.Backup, definition.Backup.Retry);
        Assert.Equal(RetryPolicy.Purge, definition.Purge.Retry);
        Assert.Equal(TimeSpan.FromHours(12), definition.LockMaxAge);
    }

    [Fact]
    public void Configuration_overrides_the_defaults()
    {
        var settings = Sample.Read("""
            cvp-actors {
              http.url = "http://127.0.0.1:9999"
              policy {
                backup {
                  retry-interval = 5m
                  retry-window = 90m
                }
                lock.max-age = 8h
              }
              databases.reporting {
                sqlite.busy-timeout = 1500ms
                purge.batch {
                  target-time = 200ms
                  rows = 5000
                  pause = 20ms
                }
              }
            }
            """);

        var database = settings.Databases.Single();
        Assert.Equal(9999, settings.HttpUrl.Port);
        Assert.Equal(new RetryPolicy(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(90)), database.Definition.Backup.Retry);
        Assert.Equal(TimeSpan.FromHours(8), database.Definition.LockMaxAge);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), Assert.IsType<ConfiguredSqlite>(database.Engine).Options.BusyTimeout);
        Assert.Equal((5000, TimeSpan.FromMilliseconds(20)), (database.Plan.BatchRows, database.Plan.BatchPause));
        Assert.Equal(TimeSpan.FromMilliseconds(200), database.Plan.BatchTargetTime);
    }

    [Fact]
    public void Batches_go_by_time_unless_told_otherwise()
    {
        var plan = Sample.Read("").Databases.Single().Plan;

        Assert.Equal((TimeSpan.FromMilliseconds(50), 10_000, TimeSpan.Zero), (plan.BatchTargetTime, plan.BatchRows, plan.BatchPause));
    }

    [Theory]
    [InlineData("batch.target-time = 0s", "batch.target-time")]
    [InlineData("categories.call.cascade = on", "cascade")]
    public void A_wrong_setting_of_a_purge_is_named(string line, string key) =>
        Assert.Contains(key, Assert.Throws<SettingsException>(() => Sample.Read("cvp-actors.databases.reporting.purge." + line)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_category_cascades_only_when_it_says_so()
    {
        Assert.False(Sample.Read("").Databases.Single().Plan.Categories.Single().CascadeAllowed);
        Assert.True(Sample.Read("cvp-actors.databases.reporting.purge.categories.call.cascade = allow").Databases.Single().Plan.Categories.Single().CascadeAllowed);
    }

    [Fact]
    public void A_purge_is_scheduled_in_the_time_zone_of_the_backup_unless_it_has_its_own()
    {
        Assert.Equal("Europe/Berlin", Sample.Read("").Databases.Single().Definition.Purge.TimeZone);
        Assert.Equal("UTC", Sample.Read("cvp-actors.databases.reporting.purge.time-zone = UTC").Databases.Single().Definition.Purge.TimeZone);
    }

    [Fact]
    public void Categories_are_read_with_their_format_and_retention()
    {
        var call = Sample.Read("").Databases.Single().Plan.Categories.Single();

        Assert.Equal(new RetentionCategory("call", "call", "startdatetime", TimestampFormat.UnixSeconds, TimeSpan.FromDays(30), null) { MayBeEmptied = true }, call);
    }

    [Fact]
    public void What_a_purge_is_held_for_loses_nothing_unless_somebody_chose_otherwise()
    {
        const string Purge = "cvp-actors.databases.reporting.purge";
        Assert.Equal(TimeSpan.FromDays(7), Sample.Read($"{Purge}.hold-after-silence = 7d").Databases.Single().Plan.HoldAfterSilence);
        Assert.Equal(TimeSpan.Zero, Sample.Read($"{Purge}.hold-after-silence = 0s").Databases.Single().Plan.HoldAfterSilence);
        Assert.False(Sample.Read($"{Purge}.categories.call.emptying = hold").Databases.Single().Plan.Categories.Single().MayBeEmptied);
        Assert.True(Sample.Read($"{Purge}.categories.call.cascade = allow").Databases.Single().Plan.Categories.Single().CascadeAllowed);
    }

    [Theory]
    [InlineData("demo.conf", 1)]
    [InlineData("standalone.conf", 1)]
    [InlineData("coordinator.conf", 0)]
    [InlineData("reporting.conf", 1)]
    [InlineData("remote.conf", 0)]
    [InlineData("cvp-reporting.conf", 1)]
    public void The_configurations_that_are_shipped_can_be_used(string file, int databases)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", file));

        Assert.Equal(databases, NodeSettingsReader.Read(ConfigurationFactory.ParseString(text), EngineModules.All).Databases.Length);
    }

    [Theory]
    [InlineData("cvp-actors.polcy.lock.max-age = 12h", "cvp-actors.polcy: unknown key; allowed here: alerts, cluster, data-directory, databases,")]
    [InlineData("cvp-actors.policy.lock.max-age = soon", "cvp-actors.policy.lock.max-age: \"soon\" is not a duration; allowed: a number and one of ms, s, m, h, d")]
    [InlineData("cvp-actors.policy.lock.max-age = 0s", "cvp-actors.policy.lock.max-age: 0s is out of range; allowed: 1s to 7d")]
    [InlineData("cvp-actors.policy.backup.retry-window = 5m", "cvp-actors.policy.backup.retry-window: 5 min is shorter than retry-interval (10 min)")]
    [InlineData("cvp-actors.http.url = \"9080\"", "cvp-actors.http.url: \"9080\" is not a listening address; allowed: http://HOST:PORT")]
    [InlineData("cvp-actors.log.level = loud", "cvp-actors.log.level: \"loud\" is not known; allowed: debug, info, warning, error")]
    [InlineData("cvp-actors.databases.reporting.engine = oracle", "cvp-actors.databases.reporting.engine: \"oracle\" is not known; allowed: sqlite")]
    [InlineData("cvp-actors.databases.reporting.backup.schedule = \"61 2 * * *\"", "cvp-actors.databases.reporting.backup.schedule: \"61 2 * * *\" is not a cron line")]
    [InlineData("cvp-actors.databases.reporting.backup.time-zone = \"Mars/Base\"", "cvp-actors.databases.reporting.backup.time-zone: \"Mars/Base\" is not a time zone")]
    [InlineData("cvp-actors.databases.reporting.purge.batch.rows = 0", "cvp-actors.databases.reporting.purge.batch.rows: \"0\" is not allowed; allowed: a whole number from 1 to 1000000")]
    [InlineData("cvp-actors.databases.reporting.purge.categories.call.retain = 6h", "cvp-actors.databases.reporting.purge.categories.call.retain: 6h is out of range; allowed: 1d to")]
    [InlineData("cvp-actors.databases.reporting.purge.categories.call.timestamp-format = julian", "timestamp-format: \"julian\" is not known; allowed: unix-seconds,")]
    [InlineData("cvp-actors.databases.Reporting.engine = sqlite", "cvp-actors.databases.Reporting: is not a name")]
    [InlineData("cvp-actors.databases = 3", "cvp-actors.databases: \"3\" is a value; allowed: a section in braces")]
    public void A_wrong_key_is_named_with_what_is_allowed(string over, string expected) =>
        Assert.Contains(expected, Sample.ErrorOf(over), StringComparison.Ordinal);

    [Fact]
    public void A_success_is_expected_within_what_is_said_and_never_by_default()
    {
        Assert.Null(Sample.Read("").Databases.Single().Definition.Backup.ExpectedWithin);
        var read = Sample.Read("cvp-actors.databases.reporting { backup.expected-within = 26h\n purge.expected-within = 3d\n }").Databases.Single().Definition;
        Assert.Equal((TimeSpan.FromHours(26), TimeSpan.FromDays(3)), (read.Backup.ExpectedWithin, read.Purge.ExpectedWithin));
        Assert.Equal(
            "cvp-actors.databases.reporting.purge.expected-within: 0s is out of range; allowed: 1s to 365d",
            Sample.ErrorOf("cvp-actors.databases.reporting.purge.expected-within = 0s"));
    }

    [Fact]
    public void The_backup_that_a_purge_needs_is_no_older_than_the_shortest_retention_and_none_is_needed_by_default()
    {
        const string Key = "cvp-actors.databases.reporting.purge.requires-verified-backup-within";

        Assert.Null(Sample.Read("").Databases.Single().Definition.PurgeRequiresBackupWithin);
        Assert.Equal(TimeSpan.FromHours(26), Sample.Read($"{Key} = 26h").Databases.Single().Definition.PurgeRequiresBackupWithin);
        Assert.StartsWith($"{Key}: 300 d is longer than", Sample.ErrorOf($"{Key} = 300d"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_is_shipped_to_the_remotes_that_it_names_and_to_none_by_default()
    {
        const string Remotes = "cvp-actors.databases.reporting.offsite.remotes";

        Assert.Null(Sample.Read("").Databases.Single().Definition.Offsite);
        Assert.Null(Sample.Read($"{Remotes} = []").Databases.Single().Definition.Offsite);
        Assert.Equal(
            new OffsiteDefinition(["hq", "dr-2"], TimeSpan.FromHours(26)),
            Sample.Read($"{Remotes} = [\"hq\", \"dr-2\"]").Databases.Single().Definition.Offsite);
        Assert.Equal(
            TimeSpan.FromDays(3),
            Sample.Read($"{Remotes} = [hq]\ncvp-actors.databases.reporting.offsite.overdue-after = 3d").Databases.Single().Definition.Offsite?.OverdueAfter);
    }

    [Theory]
    [InlineData("remotes = [\"hq\", \"\"]", "remotes: \"\" is not a name; allowed: up to 60 lower-case letters")]
    [InlineData("remotes = [\"HQ/..\"]", "remotes: \"HQ/..\" is not a name")]
    [InlineData("remotes = [hq, dr, hq]", "remotes: \"hq\" stands there 2 times; allowed: each name once")]
    [InlineData("remotes = hq", "remotes: is not a list of texts; allowed: texts in brackets")]
    [InlineData("overdue-after = 26h", "remotes: is missing; it has no default")]
    [InlineData("remotes = [hq]\n overdue-after = 0s", "overdue-after: 0s is out of range; allowed: 1s to 365d")]
    [InlineData("remotes = [hq]\n overdue-after = -1h", "overdue-after: \"-1h\" is not a duration")]
    [InlineData("remotes = [hq]\n overdue = 26h", "overdue: unknown key; allowed here: overdue-after, remotes")]
    public void A_wrong_key_of_offsite_is_named_with_what_is_allowed(string keys, string expected) =>
        Assert.StartsWith($"cvp-actors.databases.reporting.offsite.{expected}", Sample.ErrorOf($"cvp-actors.databases.reporting.offsite {{\n {keys}\n}}"), StringComparison.Ordinal);

    [Fact]
    public void A_category_without_a_retention_is_refused_instead_of_deleting_everything()
    {
        var error = Sample.ErrorOf("""
            cvp-actors.databases.reporting.purge.categories.callevent {
              table = "callevent"
              timestamp-column = "eventdatetime"
            }
            """);

        Assert.Equal("cvp-actors.databases.reporting.purge.categories.callevent.retain: is missing; it has no default", error);
    }

    [Fact]
    public void A_key_that_is_missing_and_one_that_may_be_meant_for_it_are_told_together()
    {
        var error = Assert.Throws<SettingsException>(() => NodeSettingsReader.Read(
            ConfigurationFactory.ParseString("cvp-actors.databases.reporting { engine = sqlite, sqlite.path = \"/a\", backup.directoy = \"/b\" }"), EngineModules.All)).Message;

        Assert.Equal("cvp-actors.databases.reporting.backup.directory: is missing; it has no default. Is \"directoy\" meant for it?", error);
    }

    [Fact]
    public void A_parent_that_is_retained_for_less_time_than_its_child_is_refused_with_both_names()
    {
        var error = Sample.ErrorOf("""
            cvp-actors.databases.reporting.purge.categories.callevent {
              table = "callevent"
              timestamp-column = "eventdatetime"
              retain = 31d
              parent = call
            }
            """);

        Assert.StartsWith("cvp-actors.databases.reporting.purge.categories.callevent: \"callevent\" is retained for 31 days but its parent \"call\" for 30", error, StringComparison.Ordinal);
    }
}
